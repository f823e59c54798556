import { InitVersion, type MediaFile, parseMediaFileName, partFileName, segmentFileName } from '@sluice/contracts';

/** The init segments of which a muxed one is made. Each has a version of its own. */
export interface MuxedInitVersions {
  readonly videoVersion: number;
  readonly audioVersion: number;
}

/** What the file name of a muxed rendition's media asks for. */
export type MuxedFile = Exclude<MediaFile, { kind: 'init' }> | ({ readonly kind: 'init' } & MuxedInitVersions);

// Without leading zeros: one file, one name, one cache key.
const INIT_FILE = /^init-(0|[1-9][0-9]{0,4})-(0|[1-9][0-9]{0,4})\.mp4$/;

/** `init-{version of the picture's}-{version of the sound's}.mp4`: with both in its name it never means another. */
export function muxedInitFileName({ videoVersion, audioVersion }: MuxedInitVersions): string {
  return `init-${videoVersion}-${audioVersion}.mp4`;
}

export function muxedFileName(file: MuxedFile): string {
  if (file.kind === 'init') return muxedInitFileName(file);
  return file.kind === 'part' ? partFileName(file.msn, file.partIndex) : segmentFileName(file.msn);
}

/** Reads the last path component of a muxed rendition's media URL; `undefined` for anything that is not written here. */
export function parseMuxedFileName(fileName: string): MuxedFile | undefined {
  const init = INIT_FILE.exec(fileName);
  if (init === null) {
    const file = parseMediaFileName(fileName);
    return file?.kind === 'init' ? undefined : file;
  }
  const [video, audio] = [init[1], init[2]].map((version) => InitVersion.safeParse(Number(version)));
  if (video?.success !== true || audio?.success !== true) return undefined;
  return { kind: 'init', videoVersion: video.data, audioVersion: audio.data };
}
