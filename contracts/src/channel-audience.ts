import { z } from 'zod';
import { BroadcastId, ChannelId } from './ids.ts';

/** `GET /live/{channelId}/viewers.json`: who watches the live broadcast, of some ten seconds that end some seconds ago. */
export const ChannelAudience = z.object({
  channelId: ChannelId,
  /** `null`: nobody is live. */
  broadcastId: BroadcastId.nullable(),
  /** People who play, whatever they play; those who have paused do not count. */
  viewers: z.int().nonnegative(),
  /** Of each rendition that somebody plays; who plays sound and picture apart is in both. */
  renditions: z.record(z.string(), z.int().nonnegative()),
});
export type ChannelAudience = z.infer<typeof ChannelAudience>;
