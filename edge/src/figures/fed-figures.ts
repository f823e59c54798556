import { BroadcastId, ChannelFigures } from '@sluice/contracts';
import type { z } from 'zod';
import type { AudienceCount } from '../audience/audience-count.ts';

/** How the live broadcast is for its viewers, from the channel's object to its relays. */
export const FedFigures = ChannelFigures.omit({ channelId: true, viewers: true, renditions: true }).extend({
  broadcastId: BroadcastId,
});
export type FedFigures = z.infer<typeof FedFigures>;

/** All that is told of a channel but its name. */
export type LiveFigures = Omit<ChannelFigures, 'channelId'>;

/** The same with who watches, as far as both are of the broadcast that is live; `undefined`: nobody is. */
export function liveFigures(
  liveId: BroadcastId | undefined,
  audience: AudienceCount,
  fed: FedFigures | undefined,
): LiveFigures {
  const { viewers, renditions } = audience.broadcastId === liveId ? audience : { viewers: 0, renditions: {} };
  const figures = fed?.broadcastId === liveId ? fed : undefined;
  return {
    broadcastId: liveId ?? null,
    viewers,
    renditions,
    atMs: figures?.atMs ?? null,
    requestsPerS: figures?.requestsPerS ?? null,
    experience: figures?.experience ?? null,
    totals: figures?.totals ?? null,
    series: figures?.series ?? [],
  };
}
