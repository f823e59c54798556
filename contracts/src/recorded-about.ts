import { z } from 'zod';
import { ClipId } from './clip.ts';
import { BroadcastId, ChannelId } from './ids.ts';
import { ThumbnailSlot } from './thumbnails.ts';

/**
 * `GET /vod/{broadcastId}/about.json` and `/clip/{clipId}/about.json`: what a player, or whoever shows a link, wants to know
 * of a recording before it plays. It never changes.
 */
export const RecordedAbout = z.object({
  channelId: ChannelId,
  broadcastId: BroadcastId,
  /** `null`: it is a whole recording. */
  clipId: ClipId.nullable(),
  /** Of the broadcast: pictures of it are named by the time since then. */
  startedAtMs: z.int().positive(),
  /** Wall time of its first picture, where playing time 0 is, and of the end of its last. */
  fromMs: z.int().positive(),
  toMs: z.int().positive(),
  /** In it players are to begin there, after `fromMs`. */
  startOffsetMs: z.int().nonnegative(),
  /** Of the thumbnail that shows how it looks, which stays as long as it does; `null`: there is none. */
  pictureSlot: ThumbnailSlot.nullable(),
  /** There is a storyboard.vtt beside this. */
  hasStoryboard: z.boolean(),
});
export type RecordedAbout = z.infer<typeof RecordedAbout>;
