import {
  type ClipImages,
  parseMediaFileName,
  parseSpriteFileName,
  parseThumbnailFileName,
  STORYBOARDS_FOLDER,
  THUMBNAILS_FOLDER,
} from '@sluice/contracts';
import type { Clip } from '../clips/clip.ts';

/** `{channelId}/{broadcastId}/{rendition, or what images are of}/{file}`. */
const BROADCAST_OBJECT = /^[^/]+\/([^/]+)\/([^/]+)\/([^/]+)$/;

type KeptClip = Pick<Clip, 'broadcastId' | 'segments' | 'images'>;

/**
 * Whether an object is needed by clips, which outlive what they were cut out of: their segments and init segments; parts,
 * out of which a segment is put together that has no object; and the images of their time.
 */
export function isKeptByClips(key: string, clips: readonly KeptClip[]): boolean {
  const [, broadcastId, folder = '', fileName = ''] = BROADCAST_OBJECT.exec(key) ?? [];
  const ofBroadcast = clips.filter((clip) => clip.broadcastId === broadcastId);
  if (folder === THUMBNAILS_FOLDER || folder === STORYBOARDS_FOLDER) {
    return ofBroadcast.some(({ images }) => images !== undefined && isImageOf(images, folder, fileName));
  }
  return ofBroadcast.some((clip) => isMediaOf(clip, folder, fileName));
}

function isMediaOf({ segments }: KeptClip, renditionId: string, fileName: string): boolean {
  const file = parseMediaFileName(fileName);
  if (file === undefined) return false;
  return segments.some((its) => {
    if (its.renditionId !== renditionId) return false;
    return file.kind === 'init' || (file.msn >= its.firstMsn && file.msn <= its.lastMsn);
  });
}

function isImageOf({ firstSlot, lastSlot, pictureSlot }: ClipImages, folder: string, fileName: string): boolean {
  if (folder === THUMBNAILS_FOLDER) {
    const slot = parseThumbnailFileName(fileName);
    return slot !== undefined && (slot === pictureSlot || (slot >= firstSlot && slot <= lastSlot));
  }
  const sprite = parseSpriteFileName(fileName);
  return sprite !== undefined && sprite.firstSlot <= lastSlot && sprite.firstSlot + sprite.tileCount > firstSlot;
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
