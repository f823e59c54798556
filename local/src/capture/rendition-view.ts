import { type MediaGrid, mediaGrid, parseMediaFileName } from '@sluice/contracts';
import { BoxError } from './box-reader.ts';
import type { Capture, CapturedRendition } from './capture.ts';
import { type InitView, readFragments, readInit } from './fragment-reader.ts';
import { type ListedPart, type ListedSegment, viewMediaPlaylist } from './playlist-view.ts';

/** The last path component of the playlist, without its ending: `v720`. */
export function renditionName({ playlistUrl }: CapturedRendition): string {
  return new URL(playlistUrl).pathname.split('/').at(-1)?.replace('.m3u8', '') ?? '';
}

/**
 * Every segment at its fullest: with all its parts (old ones leave the playlist) and, once it is whole, its own URI. It
 * is a gap if a part of it is.
 */
export function listedSegments({ versions }: CapturedRendition): ListedSegment[] {
  const byMsn = new Map<number, ListedSegment>();
  for (const { text } of versions) {
    for (const segment of viewMediaPlaylist(text).segments) {
      const known = byMsn.get(segment.msn)?.parts ?? [];
      const parts = isFromTheStart(segment.parts) ? segment.parts : [];
      byMsn.set(segment.msn, { ...segment, parts: parts.length >= known.length ? parts : known });
    }
  }
  const isGap = (segment: ListedSegment) => segment.isGap || segment.parts.some((part) => part.isGap);
  return [...byMsn.values()].map((segment) => ({ ...segment, isGap: isGap(segment) })).sort((a, b) => a.msn - b.msn);
}

/** The init segment of a rendition; `undefined` when there is none that can be read. */
export function initOf({ objects }: CapturedRendition): InitView | undefined {
  for (const { url, bytes } of objects.values()) {
    const file = parseMediaFileName(new URL(url).pathname.split('/').at(-1) ?? '');
    if (file?.kind !== 'init') continue;
    try {
      return readInit(bytes);
    } catch (error) {
      if (!(error instanceof BoxError)) throw error;
    }
  }
  return undefined;
}

function firstSampleTicks({ objects }: CapturedRendition, init: InitView): number {
  for (const { url, bytes, status } of objects.values()) {
    if (status !== 200 || !url.endsWith('.m4s')) continue;
    const ticks = readFragments(bytes, init)[0]?.samples[0]?.durationTicks;
    if (ticks !== undefined) return ticks;
  }
  throw new BoxError('no media in the capture');
}

/** The grid that a capture must lie on: its profile, and the frame rate of its video. Throws BoxError without a video. */
export function gridOf(capture: Capture): MediaGrid {
  const { broadcast } = capture.status;
  for (const rendition of capture.renditions) {
    const init = initOf(rendition);
    if (init?.kind !== 'video' || broadcast === null) continue;
    const durationTicks = firstSampleTicks(rendition, init);
    const isWhole = init.timescaleHz % 1_000 === 0 && durationTicks % 1_000 === 0;
    const scale = isWhole ? 1_000 : 1;
    return mediaGrid(broadcast.profile, { num: init.timescaleHz / scale, den: durationTicks / scale });
  }
  throw new BoxError('no video rendition in the capture');
}

/** Parts leave a playlist from the front; what is left of a segment then is no whole. */
function isFromTheStart([first]: readonly ListedPart[]): boolean {
  const file = parseMediaFileName(first?.uri.split('/').at(-1) ?? '');
  return file?.kind === 'part' && file.partIndex === 0;
}
