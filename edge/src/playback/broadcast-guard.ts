import { BroadcastId, isPrivateBroadcast, isWithinHeight } from '@sluice/contracts';
import type { MiddlewareHandler } from 'hono';
import { problem } from '../http/problem.ts';
import { rightsOf } from './request-rights.ts';

/** What the guard stands before, below `/live`: everything that names a broadcast and one of its renditions. */
export const GUARDED_PATH = '/:channelId/:broadcastId/:rendition/*';

/**
 * Lets nobody at a private broadcast without a token, nor at a rendition that the token does not go as far as. By the
 * address alone, so that no answer has to be made, or looked for in a cache, to be refused.
 */
export function broadcastGuard(): MiddlewareHandler {
  return async (c, next) => {
    const { seesPrivate, heightPxMax } = rightsOf(c.req.raw);
    const broadcastId = BroadcastId.safeParse(c.req.param('broadcastId'));
    if (broadcastId.success && isPrivateBroadcast(broadcastId.data) && !seesPrivate) return problem('token-required');
    if (!isWithinHeight(c.req.param('rendition') ?? '', heightPxMax)) return problem('token-not-for-this-rendition');
    return await next();
  };
}
