import type { ClipId } from './clip.ts';
import type { BroadcastId, ChannelId, RenditionId } from './ids.ts';

/** Where a rendition's objects live in the bucket. Objects are never rewritten. */
export interface RenditionPlace {
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly renditionId: RenditionId;
}

/** Everything of one rendition lies below this; it ends with `/`. */
export function renditionPrefix({ channelId, broadcastId, renditionId }: RenditionPlace): string {
  return `${channelId}/${broadcastId}/${renditionId}/`;
}

/** `init-{version}.mp4`: the last path component of an init segment, in keys and URLs alike. */
export function initFileName(initVersion: number): string {
  return `init-${initVersion}.mp4`;
}

/** `{msn}.{part}.m4s`: the last path component of a part, in keys and URLs alike. */
export function partFileName(msn: number, partIndex: number): string {
  return `${msn}.${partIndex}.m4s`;
}

/** `{msn}.m4s`: the last path component of a segment, in keys and URLs alike. */
export function segmentFileName(msn: number): string {
  return `${msn}.m4s`;
}

export function initKey(place: RenditionPlace, initVersion: number): string {
  return renditionPrefix(place) + initFileName(initVersion);
}

export function partKey(place: RenditionPlace, msn: number, partIndex: number): string {
  return renditionPrefix(place) + partFileName(msn, partIndex);
}

export function segmentKey(place: RenditionPlace, msn: number): string {
  return renditionPrefix(place) + segmentFileName(msn);
}

/** What is known of a whole recording; whoever removes it ends `/vod/{broadcastId}/`. No channel id begins with `_`. */
export function recordingKey(broadcastId: BroadcastId): string {
  return `_vod/${broadcastId}.json`;
}

/** The same of a clip, `/clip/{clipId}/`. */
export function clipKey(clipId: ClipId): string {
  return `_clip/${clipId}.json`;
}

/** What a media file name asks for. */
export type MediaFile =
  | { readonly kind: 'init'; readonly initVersion: number }
  | { readonly kind: 'part'; readonly msn: number; readonly partIndex: number }
  | { readonly kind: 'segment'; readonly msn: number };

// Leading zeros are refused, so that every object has one name and one cache key.
const INIT_FILE = /^init-(0|[1-9][0-9]{0,4})\.mp4$/;
const PART_FILE = /^([1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,2})\.m4s$/;
const SEGMENT_FILE = /^([1-9][0-9]{0,9})\.m4s$/;

/** Reads the last path component of a media URL; `undefined` for anything that no writer here would write. */
export function parseMediaFileName(fileName: string): MediaFile | undefined {
  const part = PART_FILE.exec(fileName);
  if (part !== null) return { kind: 'part', msn: Number(part[1]), partIndex: Number(part[2]) };
  const segment = SEGMENT_FILE.exec(fileName);
  if (segment !== null) return { kind: 'segment', msn: Number(segment[1]) };
  const init = INIT_FILE.exec(fileName);
  if (init !== null) return { kind: 'init', initVersion: Number(init[1]) };
  return undefined;
}
