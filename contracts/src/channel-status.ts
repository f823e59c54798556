import { z } from 'zod';
import { BroadcastId, ChannelId } from './ids.ts';
import { LatencyProfileName } from './media-grid.ts';

/**
 * `GET /live/{channelId}/status.json`. With `?after={version}` the answer is held until the status differs from that
 * version, or some seconds have passed.
 */
export const ChannelStatus = z.object({
  channelId: ChannelId,
  /**
   * `starting`: a publisher is there, and no playlist yet. `private`: starting or live, and whoever asks has no playback
   * token.
   */
  state: z.enum(['offline', 'starting', 'live', 'private']),
  /** Changes with each change of state. */
  version: z.string().max(64),
  broadcast: z
    .object({ broadcastId: BroadcastId, startedAtMs: z.int().positive(), profile: LatencyProfileName })
    .nullable(),
});
export type ChannelStatus = z.infer<typeof ChannelStatus>;
