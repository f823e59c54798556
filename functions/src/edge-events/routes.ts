import { EdgeEvents } from '@sluice/contracts';
import { Hono } from 'hono';
import { readJson } from '../http/json-body.ts';
import type { EdgeEventIntake } from './edge-event-intake.ts';

/** EDGE_EVENTS_PER_BATCH_MAX events, each with sixteen renditions, are below this. */
const BATCH_BYTES_MAX = 512 * 1024;

/** `/v1/edge/events`: what becomes of broadcasts, told by the edge. */
export function edgeEventRoutes(intake: EdgeEventIntake): Hono {
  const app = new Hono();
  app.post('/events', async (c) => c.json(await intake.take(await readJson(c.req.raw, EdgeEvents, BATCH_BYTES_MAX))));
  return app;
}
