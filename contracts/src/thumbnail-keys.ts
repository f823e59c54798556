import type { BroadcastId, ChannelId } from './ids.ts';
import { SPRITE_TILES_MAX, type StoryboardSprite } from './thumbnails.ts';

/** Where the images of a broadcast live in the bucket. Like all objects they are never rewritten. */
export interface BroadcastPlace {
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
}

/** What names a sprite: the slots that it has. */
export type SpriteSlots = Pick<StoryboardSprite, 'firstSlot' | 'tileCount'>;

/** In keys and URLs alike; no rendition is named so. */
export const THUMBNAILS_FOLDER = 'thumbnails';
export const STORYBOARDS_FOLDER = 'storyboards';

/** `{slot}.jpg` */
export function thumbnailFileName(slot: number): string {
  return `${slot}.jpg`;
}

/** `{first slot}-{tiles}.jpg` */
export function spriteFileName({ firstSlot, tileCount }: SpriteSlots): string {
  return `${firstSlot}-${tileCount}.jpg`;
}

export function thumbnailKey({ channelId, broadcastId }: BroadcastPlace, slot: number): string {
  return `${channelId}/${broadcastId}/${THUMBNAILS_FOLDER}/${thumbnailFileName(slot)}`;
}

export function spriteKey({ channelId, broadcastId }: BroadcastPlace, sprite: SpriteSlots): string {
  return `${channelId}/${broadcastId}/${STORYBOARDS_FOLDER}/${spriteFileName(sprite)}`;
}

// Leading zeros are refused, so that every object has one name and one cache key.
const THUMBNAIL_FILE = /^(0|[1-9][0-9]{0,6})\.jpg$/;
const SPRITE_FILE = /^(0|[1-9][0-9]{0,6})-([1-9][0-9]?)\.jpg$/;

/** The slot that a thumbnail's file name asks for; `undefined` for anything that no writer here would write. */
export function parseThumbnailFileName(fileName: string): number | undefined {
  const name = THUMBNAIL_FILE.exec(fileName);
  return name === null ? undefined : Number(name[1]);
}

/** The slots that a sprite's file name asks for; `undefined` for anything that no writer here would write. */
export function parseSpriteFileName(fileName: string): SpriteSlots | undefined {
  const name = SPRITE_FILE.exec(fileName);
  if (name === null) return undefined;
  const tileCount = Number(name[2]);
  return tileCount > SPRITE_TILES_MAX ? undefined : { firstSlot: Number(name[1]), tileCount };
}
