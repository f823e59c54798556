import { createRoute, z } from '@hono/zod-openapi';
import { IngestEventPage, IngestEvents, type IngestEventsAnswer } from '@sluice/contracts';
import { Hono } from 'hono';
import type { Channels } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, newApi, refusals, secured } from '../http/api.ts';
import { readJson } from '../http/json-body.ts';
import type { RestreamStatusEvent, RestreamStatuses } from '../restream/restream-statuses.ts';
import { EVENTS_PER_CHANNEL_MAX, type EventLog } from './event-log.ts';

/** EVENTS_PER_BATCH_MAX events of the longest sentences are below this. */
const BATCH_BYTES_MAX = 128 * 1024;

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(EVENTS_PER_CHANNEL_MAX).default(100),
  /** `next` of the page before; 0: from the oldest that is kept. */
  after: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0),
});

export interface EventsOfNodesParts {
  readonly log: EventLog;
  readonly restreams: RestreamStatuses;
  readonly channels: Channels;
  readonly nowMs: () => number;
}

/** `/v1/ingest/events`: what happens to broadcasts, told by ingest nodes. */
export function eventsOfNodes({ log, restreams, channels, nowMs }: EventsOfNodesParts): Hono {
  const app = new Hono();

  /** How pushes are is not logged: of each target the newest is kept. */
  async function keepRestreams({ nodeId, events }: IngestEvents): Promise<number> {
    let kept = 0;
    const told = events.filter((event): event is RestreamStatusEvent => event.kind === 'restream-status');
    for (const [channelId, its] of Map.groupBy(told, (event) => event.channelId)) {
      const ids = (await channels.get(channelId))?.value.restream.targets.map(({ targetId }) => targetId);
      const has = new Set(ids);
      kept += await restreams.keep(its, { nodeId, nowMs: nowMs(), has: (targetId) => has.has(targetId) });
    }
    return kept;
  }

  app.post('/events', async (c) => {
    const batch = await readJson(c.req.raw, IngestEvents, BATCH_BYTES_MAX);
    const known = await channels.existing(batch.events.map(({ channelId }) => channelId));
    const logged = { ...batch, events: batch.events.filter(({ kind }) => kind !== 'restream-status') };
    const { kept } = await log.keep(logged, (channelId) => known.has(channelId), nowMs());
    const all = kept + (await keepRestreams(batch));
    return c.json({ kept: all, dropped: batch.events.length - all } satisfies IngestEventsAnswer);
  });
  return app;
}

/** `/v1/channels/{channelId}/events` and `…/figures`: the same, for the channel's owner. */
export function eventsOfChannel(log: EventLog, channels: Channels) {
  return newApi()
    .openapi(EVENTS, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      const query = c.req.valid('query');
      const events = await log.page(value.channelId, 'events', query);
      return c.json({ events, next: events.at(-1)?.sequence ?? query.after }, 200);
    })
    .openapi(FIGURES, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      const query = c.req.valid('query');
      const events = await log.page(value.channelId, 'figures', query);
      return c.json({ events, next: events.at(-1)?.sequence ?? query.after }, 200);
    });
}

const tags = ['channels'];

const EVENTS = createRoute({
  ...secured('broadcasts:read'),
  tags,
  method: 'get',
  path: '/{channelId}/events',
  summary: 'What ingest nodes told of a channel',
  description: 'The oldest first, the newest 500. Ask again with `next` as `after`.',
  request: { params: ChannelPath, query: PageQuery },
  responses: { 200: answers('A page.', IngestEventPage), ...refusals },
});

const FIGURES = createRoute({
  ...secured('broadcasts:read'),
  tags,
  method: 'get',
  path: '/{channelId}/figures',
  summary: 'How the source of a channel was',
  description: 'Its frame rate, bitrate, keyframe interval and connection, every ten seconds; the newest 300.',
  request: { params: ChannelPath, query: PageQuery },
  responses: { 200: answers('A page.', IngestEventPage), ...refusals },
});
