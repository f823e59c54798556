import { type IngestEventPage, IngestEvents } from '@sluice/contracts';
import { Hono } from 'hono';
import { z } from 'zod';
import { channelIdOf } from '../channels/routes.ts';
import { readJson } from '../http/json-body.ts';
import { parse } from '../http/parse.ts';
import { Refusal } from '../http/refusal.ts';
import { type ControlStore, EVENTS_PER_CHANNEL_MAX } from '../storage/control-store.ts';

/** EVENTS_PER_BATCH_MAX events of the longest sentences are below this. */
const BATCH_BYTES_MAX = 128 * 1024;

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(EVENTS_PER_CHANNEL_MAX).default(100),
  /** `next` of the page before; 0: from the oldest that is kept. */
  after: z.coerce.number().int().nonnegative().default(0),
});

/** `/v1/ingest/events`: what happens to broadcasts, told by ingest nodes. */
export function eventsOfNodes(store: ControlStore, nowMs: () => number): Hono {
  const app = new Hono();
  app.post('/events', async (c) => {
    const batch = await readJson(c.req.raw, IngestEvents, BATCH_BYTES_MAX);
    return c.json(await store.keepEvents(batch, nowMs()));
  });
  return app;
}

/** `/v1/channels/{channelId}/events`: the same, for the channel's owner. */
export function eventsOfChannel(store: ControlStore): Hono {
  const app = new Hono();
  app.get('/:channelId/events', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    const query = parse(PageQuery, c.req.query(), 'The query');
    if ((await store.channel(channelId)) === undefined) throw new Refusal('no-such-channel');
    const events = await store.events(channelId, query);
    const page: IngestEventPage = { events, next: events.at(-1)?.sequence ?? query.after };
    return c.json(page);
  });
  return app;
}
