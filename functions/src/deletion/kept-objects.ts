import { parseMediaFileName } from '@sluice/contracts';
import type { Clip } from '../clips/clip.ts';

/** `{channelId}/{broadcastId}/{rendition}/{file}`. */
const RENDITION_OBJECT = /^[^/]+\/([^/]+)\/([^/]+)\/([^/]+)$/;

/**
 * Whether an object is needed by clips, which outlive what they were cut out of: their segments and init segments, and
 * parts, out of which a segment is put together that has no object.
 */
export function isKeptByClips(key: string, clips: readonly Pick<Clip, 'broadcastId' | 'segments'>[]): boolean {
  const [, broadcastId, renditionId, fileName = ''] = RENDITION_OBJECT.exec(key) ?? [];
  const file = parseMediaFileName(fileName);
  if (file === undefined) return false;
  return clips.some(
    (clip) =>
      clip.broadcastId === broadcastId &&
      clip.segments.some((its) => {
        if (its.renditionId !== renditionId) return false;
        return file.kind === 'init' || (file.msn >= its.firstMsn && file.msn <= its.lastMsn);
      }),
  );
}

/** Single thumbnails: the storyboards hold the same pictures, smaller. */
const THUMBNAIL = /^[^/]+\/[^/]+\/thumbnails\//;

/** Of some objects of a recording, in byte order, those that nobody asks for once nobody can see it live. */
export function redundantObjects(keys: readonly string[]): string[] {
  return [...redundantParts(keys), ...keys.filter((key) => THUMBNAIL.test(key))];
}

/**
 * Of some objects in byte order, the parts whose segment is there too: the segment holds the same bytes. Parts stand right
 * before their segment (`7.0.m4s`, `7.1.m4s`, `7.m4s`), so those at the end may have theirs on the next page.
 */
export function redundantParts(keys: readonly string[]): string[] {
  const redundant: string[] = [];
  let parts: string[] = [];
  let partsOf = '';
  for (const key of keys) {
    const at = key.lastIndexOf('/') + 1;
    const file = parseMediaFileName(key.slice(at));
    const segment = file === undefined || file.kind === 'init' ? '' : `${key.slice(0, at)}${file.msn}`;
    if (segment !== partsOf) parts = [];
    partsOf = segment;
    if (file?.kind === 'part') parts.push(key);
    if (file?.kind === 'segment') redundant.push(...parts);
  }
  return redundant;
}
