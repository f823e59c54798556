import { ThumbnailSlot, type ThumbnailsAnnounced } from '@sluice/contracts';
import { z } from 'zod';
import { NO_STORYBOARDS, Storyboards, withSprite } from './storyboards.ts';

/** What is known of a broadcast's images, as it is kept and as relays get it. */
export const ThumbnailsState = z.object({
  /** Of the newest thumbnail; absent while there is none. */
  newestSlot: ThumbnailSlot.optional(),
  storyboards: Storyboards,
});
export type ThumbnailsState = z.infer<typeof ThumbnailsState>;

export const NO_THUMBNAILS: ThumbnailsState = { storyboards: NO_STORYBOARDS };

/** With what is new of an announcement. It may come again, and later than the one after it. */
export function thumbnailsAfter(before: ThumbnailsState, announced: ThumbnailsAnnounced): ThumbnailsState {
  const slots = [before.newestSlot, announced.newestSlot].filter((slot) => slot !== undefined);
  const storyboards = announced.sprites.reduce(withSprite, before.storyboards);
  return { storyboards, ...(slots.length > 0 && { newestSlot: Math.max(...slots) }) };
}
