import { z } from 'zod';

/**
 * Pictures out of a broadcast: a thumbnail for each slot of its time, and sprites, which are the same pictures as small
 * tiles in one image. What stands here is in the names of stored objects and in recordings, so it never changes.
 */

/** Slot n begins so many times n after the broadcast's start, whoever makes it. */
export const THUMBNAIL_SLOT_MS = 5_000;
/** Tiles of a sprite beside each other; the first is at its top left, the next one right of it. */
export const SPRITE_COLUMNS = 5;
export const SPRITE_TILES_MAX = 25;
/** The slot in which a hundred days are over: later ones have no thumbnail. */
export const THUMBNAIL_SLOT_MAX = 1_728_000;
/** Of either side of a tile, whoever makes it. */
const TILE_SIDE_PX_MAX = 1_024;

export const ThumbnailSlot = z.int().nonnegative().max(THUMBNAIL_SLOT_MAX);

/** A sprite whose object is in the bucket: tiles of `tileCount` slots in a row. */
export const StoryboardSprite = z.object({
  firstSlot: ThumbnailSlot,
  tileCount: z.int().min(1).max(SPRITE_TILES_MAX),
  tileWidthPx: z.int().positive().max(TILE_SIDE_PX_MAX),
  tileHeightPx: z.int().positive().max(TILE_SIDE_PX_MAX),
});
export type StoryboardSprite = z.infer<typeof StoryboardSprite>;

/** A node tells each of them several times; more than this at once it has no reason to. */
export const SPRITES_PER_ANNOUNCEMENT_MAX = 8;

/** Thumbnails and sprites that are in the bucket. What is known may be told again, and in any order. */
export const ThumbnailsAnnounced = z.object({
  /** Of the newest thumbnail; absent while there is none. */
  newestSlot: ThumbnailSlot.optional(),
  sprites: z.array(StoryboardSprite).max(SPRITES_PER_ANNOUNCEMENT_MAX).readonly(),
});
export type ThumbnailsAnnounced = z.infer<typeof ThumbnailsAnnounced>;
