import { BroadcastId, ChannelId } from '@sluice/contracts';
import type { MiddlewareHandler } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { BROADCAST_HEADER } from '../live/playlist-answer.ts';
import { regionOfRequest } from '../live/request-region.ts';
import { BEHIND_CACHE } from '../live/workers-cache.ts';
import { counter, tellDue } from './tell-relay.ts';

/** What is counted: everything that names a channel, below `/live`. */
export const COUNTED_PATH = '/:channelId/:broadcastId/*';

/**
 * Counts requests that are answered for a channel, whatever they are for and whatever the answer. It is told with those
 * that are of a broadcast, by their address or their answer.
 */
export function countRequests(): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    // Afterwards these are the parameters of the route that answered.
    const channelId = ChannelId.safeParse(c.req.param('channelId'));
    const named = BroadcastId.safeParse(c.req.param('broadcastId'));
    await next();
    if (!channelId.success || c.env.WORKERS_CACHE === BEHIND_CACHE) return;
    const channel = { channelId: channelId.data, region: regionOfRequest(c.req.raw) };
    counter.answered(channel, 1, Date.now());
    const broadcastId = named.success ? named : BroadcastId.safeParse(c.res.headers.get(BROADCAST_HEADER));
    // Whatever strangers make up takes no place: it is refused, or answered unseen (a preflight, a 304).
    if (!broadcastId.success || !c.res.ok || c.req.method === 'OPTIONS') return;
    const counted = { ...channel, broadcastId: broadcastId.data };
    counter.seen(counted, Date.now());
    tellDue(c, counted);
  };
}
