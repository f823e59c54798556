import { createRoute, z } from '@hono/zod-openapi';
import {
  type ChannelId,
  type IngestEvent,
  IngestEventPage,
  IngestEvents,
  type IngestEventsAnswer,
  type LoggedIngestEvent,
  type RestreamStatusEvent,
} from '@sluice/contracts';
import { Hono } from 'hono';
import type { Channels } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, newApi, refuses, secured } from '../http/api.ts';
import { readJson } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import type { RestreamStatuses } from '../restream/restream-statuses.ts';
import { EVENTS_PER_CHANNEL_MAX, type EventLog, type LogKind } from './event-log.ts';

/** EVENTS_PER_BATCH_MAX events of the longest sentences are below this. */
const BATCH_BYTES_MAX = 128 * 1024;

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(EVENTS_PER_CHANNEL_MAX).default(100).describe('How many at most.'),
  after: z.coerce
    .number()
    .int()
    .nonnegative()
    .max(Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe('`next` of the page before; 0: from the oldest that is kept.'),
  newest: z.coerce
    .number()
    .int()
    .min(1)
    .max(EVENTS_PER_CHANNEL_MAX)
    .optional()
    .describe(
      'So many of the newest, in place of those that follow `after`: what a chart begins with. `limit` does not count then.',
    ),
});
const NEWEST_AFTER = 'The newest ones follow nothing: leave `after` or `newest` out.';

export interface NodeEventParts {
  readonly log: EventLog;
  readonly restreams: RestreamStatuses;
  readonly channels: Channels;
  /** A warning that was not known. Called again when the batch failed after it. */
  readonly onWarning: (warning: Extract<IngestEvent, { kind: 'health-warning' }>) => Promise<void>;
  /** The newest figures of a broadcast in a batch. */
  readonly onFigures: (figures: Extract<IngestEvent, { kind: 'figures' }>) => Promise<void>;
  readonly nowMs: () => number;
}

/** `/v1/ingest/events`: what happens to broadcasts, told by ingest nodes. */
export function eventsOfNodes({ log, restreams, channels, onWarning, onFigures, nowMs }: NodeEventParts): Hono {
  const app = new Hono();

  /** How pushes are is not logged: of each target the newest is kept. */
  async function keepRestreams({ nodeId, events }: IngestEvents): Promise<number> {
    let kept = 0;
    const told = events.filter(isRestreamStatus);
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
    const { nodeId, events } = batch;
    const logged = { nodeId, events: events.filter(isLogged) };
    for (const event of await log.unknown(logged, known)) if (event.kind === 'health-warning') await onWarning(event);
    const figures = events.filter((event) => event.kind === 'figures' && known.has(event.channelId));
    const newest = new Map(figures.map((event) => [event.broadcastId, event]));
    for (const event of newest.values()) if (event.kind === 'figures') await onFigures(event);
    const kept = (await log.keep(logged, known, nowMs())) + (await keepRestreams(batch));
    return c.json({ kept, dropped: events.length - kept } satisfies IngestEventsAnswer);
  });
  return app;
}

function isRestreamStatus(event: IngestEvent): event is RestreamStatusEvent {
  return event.kind === 'restream-status';
}

function isLogged(event: IngestEvent): event is LoggedIngestEvent {
  return !isRestreamStatus(event);
}

/** `/v1/channels/{channelId}/events` and `…/figures`: the same, for the channel's owner. */
export function eventsOfChannel(log: EventLog, channels: Channels) {
  async function page(channelId: ChannelId, kind: LogKind, { after, limit, newest }: z.infer<typeof PageQuery>) {
    if (newest !== undefined && after > 0) throw new Refusal('request-invalid', NEWEST_AFTER);
    const events =
      newest === undefined
        ? await log.page(channelId, kind, { after, limit })
        : await log.newest(channelId, kind, newest);
    return { events, next: events.at(-1)?.sequence ?? after };
  }

  return newApi()
    .openapi(EVENTS, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      return c.json(await page(value.channelId, 'events', c.req.valid('query')), 200);
    })
    .openapi(FIGURES, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      return c.json(await page(value.channelId, 'figures', c.req.valid('query')), 200);
    });
}

const tags = ['channels'];

const EVENTS = createRoute({
  ...secured('broadcasts:read'),
  tags,
  operationId: 'listChannelEvents',
  method: 'get',
  path: '/{channelId}/events',
  summary: 'What ingest nodes told of a channel',
  description: 'The oldest first; the newest 500 are kept. Ask again with `next` as `after`.',
  request: { params: ChannelPath, query: PageQuery },
  responses: { 200: answers('A page.', IngestEventPage), ...refuses('no-such-channel') },
});

const FIGURES = createRoute({
  ...secured('broadcasts:read'),
  tags,
  operationId: 'listChannelFigures',
  method: 'get',
  path: '/{channelId}/figures',
  summary: 'How the source of a channel was, and its node kept up',
  description:
    'Frame rate, bitrate, keyframe interval and connection of what is pushed; speed and delays of its ingest node. Every ten seconds; the newest 300 are kept. Ask with `newest` first, and again with `next` as `after`.',
  request: { params: ChannelPath, query: PageQuery },
  responses: { 200: answers('A page.', IngestEventPage), ...refuses('no-such-channel') },
});
