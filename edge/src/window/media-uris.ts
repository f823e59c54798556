import { initFileName, type NextPart, partFileName, segmentFileName } from '@sluice/contracts';

/** The URIs of a media playlist. What they look like is all that two texts with the same `name` can differ in. */
export interface MediaUris {
  /** Texts are remembered under it. */
  readonly name: string;
  init(renditionId: string, initVersion: number): string;
  segment(renditionId: string, msn: number): string;
  part(renditionId: string, place: NextPart): string;
  /** Of the part that is hinted at: the URI that it will be listed with (rfc8216bis §4.4.5.3). `undefined`: no hint. */
  hint(renditionId: string, place: NextPart): string | undefined;
}

const relativePart = (renditionId: string, { msn, partIndex }: NextPart) =>
  `${renditionId}/${partFileName(msn, partIndex)}`;

/** Relative to `…/{broadcastId}/{rendition}.m3u8`, so whatever prefix a viewer came by stays on every request. */
export const RELATIVE_URIS: MediaUris = {
  name: 'relative',
  init: (renditionId, initVersion) => `${renditionId}/${initFileName(initVersion)}`,
  segment: (renditionId, msn) => `${renditionId}/${segmentFileName(msn)}`,
  part: relativePart,
  hint: relativePart,
};
