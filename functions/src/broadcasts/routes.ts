import { createRoute, z } from '@hono/zod-openapi';
import { BroadcastId, ChannelId } from '@sluice/contracts';
import type { Caller } from '../access/caller.ts';
import type { Channels } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import type { CostBasis } from '../usage/broadcast-cost.ts';
import type { Broadcast } from './broadcast.ts';
import { LIVE_BROADCAST_EXAMPLE } from './broadcast-example.ts';
import type { Broadcasts } from './broadcasts.ts';
import { ShownBroadcast, ShownBroadcastCost, shownBroadcast, shownBroadcastCost } from './shown-broadcast.ts';

const PAGE_BROADCASTS = { default: 50, max: 200 } as const;
const Limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(PAGE_BROADCASTS.max)
  .default(PAGE_BROADCASTS.default)
  .describe('How many at most.');

const PastQuery = z.object({
  limit: Limit,
  before: BroadcastId.optional().describe('`next` of the page before: its last broadcast.'),
});
const LiveQuery = z.object({
  limit: Limit,
  after: ChannelId.optional().describe('`next` of the page before: the last channel that was looked at.'),
});
/** An encoder that connects by itself gives up, or is stopped by somebody who has seen it. */
const KEEP_OUT_S = { default: 60, max: 3_600 } as const;
const BroadcastEnding = z
  .strictObject({
    keepOutS: z
      .int()
      .min(0)
      .max(KEEP_OUT_S.max)
      .default(KEEP_OUT_S.default)
      .describe('Nobody can publish to the channel for so long, in seconds: encoders connect again by themselves.'),
  })
  .meta({ id: 'BroadcastEnding', description: 'How a broadcast is to be ended.', examples: [{ keepOutS: 60 }] });
export const BroadcastPath = z.object({ broadcastId: BroadcastId });
const BroadcastPageShown = z
  .object({
    broadcasts: z.array(ShownBroadcast),
    next: BroadcastId.nullable().meta({
      description: 'What to send as `before` for the next page; `null`: there is none.',
      examples: [null],
    }),
  })
  .meta({ id: 'BroadcastPage', description: 'Broadcasts of a channel, the newest first.' });
const LivePageShown = z
  .object({
    broadcasts: z.array(ShownBroadcast).meta({
      description: 'Fewer than `limit` does not mean that there is no next page: what has just ended is left out.',
      examples: [[LIVE_BROADCAST_EXAMPLE]],
    }),
    next: ChannelId.nullable().meta({
      description: 'What to send as `after` for the next page; `null`: there is none.',
      examples: [null],
    }),
  })
  .meta({ id: 'LiveBroadcastPage', description: 'Who is live, in the order of the channels.' });

/** The caller's own broadcast. Throws a Refusal: others' are not there for it. */
export async function ownBroadcast(
  broadcasts: Broadcasts,
  caller: Caller,
  broadcastId: BroadcastId,
): Promise<Broadcast> {
  const kept = await broadcasts.find(broadcastId);
  if (kept?.value.tenantId !== caller.tenantId) throw new Refusal('no-such-broadcast');
  return kept.value;
}

export interface BroadcastParts {
  readonly broadcasts: Broadcasts;
  readonly channels: Channels;
  /** Begins to remove a broadcast that has ended, and all that it has. */
  readonly deleteBroadcast: (broadcast: Broadcast) => Promise<void>;
  readonly costBasis: CostBasis;
  readonly nowMs: () => number;
}

/** `/v1/broadcasts`. */
export function broadcastRoutes({ broadcasts, channels, deleteBroadcast, costBasis: basis, nowMs }: BroadcastParts) {
  return newApi()
    .openapi(LIVE, async (c) => {
      const { limit, after } = c.req.valid('query');
      const { live, lastListed } = await broadcasts.live(c.var.caller.tenantId, { limit, after });
      const shown = live.map((each) => shownBroadcast(each, c.var.caller, { basis, nowMs: nowMs() }));
      return c.json({ broadcasts: shown, next: lastListed === undefined ? null : ChannelId.parse(lastListed) }, 200);
    })
    .openapi(SHOW, async (c) => {
      const broadcast = await ownBroadcast(broadcasts, c.var.caller, c.req.valid('param').broadcastId);
      return c.json(shownBroadcast(broadcast, c.var.caller, { basis, nowMs: nowMs() }), 200);
    })
    .openapi(COST, async (c) => {
      const broadcast = await ownBroadcast(broadcasts, c.var.caller, c.req.valid('param').broadcastId);
      return c.json(shownBroadcastCost(broadcast, { basis, nowMs: nowMs() }), 200);
    })
    .openapi(END, async (c) => {
      const { state, channelId } = await ownBroadcast(broadcasts, c.var.caller, c.req.valid('param').broadcastId);
      // What has ended has ended: a repeated request must not end the next one.
      if (state === 'live') {
        const untilMs = nowMs() + c.req.valid('json').keepOutS * 1_000;
        await channels.close(channelId, { nowMs: nowMs(), untilMs });
      }
      return c.body(null, 204);
    })
    .openapi(DELETE, async (c) => {
      const kept = await broadcasts.find(c.req.valid('param').broadcastId);
      if (kept?.value.tenantId !== c.var.caller.tenantId) return c.body(null, 204);
      if (kept.value.state === 'live') throw new Refusal('broadcast-live', 'Kick its publisher, or wait for its end.');
      await deleteBroadcast(kept.value);
      return c.body(null, 204);
    });
}

/** `/v1/channels/{channelId}/broadcasts`. */
export function channelBroadcastRoutes(parts: Omit<BroadcastParts, 'deleteBroadcast'>) {
  const { broadcasts, channels, costBasis: basis, nowMs } = parts;
  return newApi().openapi(PAST, async (c) => {
    const { limit, before } = c.req.valid('query');
    const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
    const found = await broadcasts.ofChannel(value.channelId, { limit: limit + 1, before });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.broadcastId ?? null) : null;
    const shown = page.map((each) => shownBroadcast(each, c.var.caller, { basis, nowMs: nowMs() }));
    return c.json({ broadcasts: shown, next }, 200);
  });
}

const tags = ['broadcasts'];

const LIVE = createRoute({
  ...secured('broadcasts:read'),
  operationId: 'listLiveBroadcasts',
  tags,
  method: 'get',
  path: '/',
  summary: 'Who is live',
  description:
    'One broadcast a channel, in the order of the channels. `next` is the `after` of the next page, or null.',
  request: { query: LiveQuery },
  responses: { 200: answers('A page.', LivePageShown), ...refuses() },
});

const SHOW = createRoute({
  ...secured('broadcasts:read'),
  operationId: 'showBroadcast',
  tags,
  method: 'get',
  path: '/{broadcastId}',
  summary: 'Show a broadcast, live or past',
  description: 'How it is and was: renditions, viewers, warnings, and its recording.',
  request: { params: BroadcastPath },
  responses: { 200: answers('The broadcast.', ShownBroadcast), ...refuses('no-such-broadcast') },
});

const COST = createRoute({
  ...secured('usage:read'),
  operationId: 'showBroadcastCost',
  tags,
  method: 'get',
  path: '/{broadcastId}/cost',
  summary: 'What a broadcast cost, item by item',
  description:
    'Until now if it is live. An estimate by list prices, out of how long it was live, what was watched, and its renditions, as if all of them had been made all the time and viewers had our page: what you pay is between you, Cloudflare and AWS.',
  request: { params: BroadcastPath },
  responses: { 200: answers('The estimate.', ShownBroadcastCost), ...refuses('no-such-broadcast') },
});

const END = createRoute({
  ...secured('broadcasts:write'),
  operationId: 'endBroadcast',
  tags,
  method: 'post',
  path: '/{broadcastId}/end',
  summary: 'End a broadcast',
  description:
    'Within five seconds its publisher is sent away, its last segment finished, and viewers see the end. Whoever publishes is kept out for a while. Where its ingest node is gone, it ends by itself within 70 seconds. One that has ended stays as it is, and its channel open.',
  request: { params: BroadcastPath, ...body(BroadcastEnding) },
  responses: { ...nothing, ...refuses('no-such-broadcast') },
});

const DELETE = createRoute({
  ...secured('broadcasts:write'),
  operationId: 'deleteBroadcast',
  tags,
  method: 'delete',
  path: '/{broadcastId}',
  summary: 'Delete a broadcast that has ended',
  description:
    'With its recording, its clips and all its media. It is done in the background, and goes on after a restart.',
  request: { params: BroadcastPath },
  responses: { ...nothing, ...refuses('broadcast-live') },
});

const PAST = createRoute({
  ...secured('broadcasts:read'),
  operationId: 'listBroadcasts',
  tags,
  method: 'get',
  path: '/{channelId}/broadcasts',
  summary: 'The broadcasts of a channel',
  description: 'The newest first. `next` is the `before` of the next page, or null.',
  request: { params: ChannelPath, query: PastQuery },
  responses: { 200: answers('A page.', BroadcastPageShown), ...refuses('no-such-channel') },
});
