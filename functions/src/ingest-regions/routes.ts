import { createRoute, z } from '@hono/zod-openapi';
import { answers, newApi, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import { RegionName } from './ingest-service.ts';
import { RegionState, type RegionWaker } from './region-waker.ts';

/** `/v1/ingest-regions`. @param waker absent: this deployment has no regions that sleep. */
export function ingestRegionRoutes(waker: RegionWaker | undefined) {
  return newApi().openapi(WAKE, async (c) => {
    const { region } = c.req.valid('query');
    if (waker === undefined) throw new Refusal('wake-unavailable');
    if (region !== undefined && !waker.regions.includes(region)) {
      throw new Refusal('no-such-region', `There are nodes in ${waker.regions.join(', ')}.`);
    }
    const regions = await waker.wake(region);
    if (regions.every(({ state }) => state === 'unreachable')) {
      throw new Refusal('region-unreachable', undefined, { 'retry-after': '2' });
    }
    return c.json({ regions }, 202);
  });
}

const IngestRegion = z
  .object({
    region: RegionName,
    state: RegionState.describe(
      '`running`: encoders can connect. `waking`: in a minute or two. `unreachable`: AWS did not do it.',
    ),
  })
  .meta({ id: 'IngestRegion', description: 'A region that has ingest nodes, or will have.' });

const WAKE = createRoute({
  ...secured('channels:write'),
  operationId: 'wakeIngest',
  tags: ['ingest regions'],
  method: 'post',
  path: '/wake',
  summary: 'Wake the ingest nodes of a region',
  description:
    'Where a deployment keeps no nodes while nobody streams, nothing listens until it is woken. Ask again to see how far it is; what is awake stays as it is.',
  request: { query: z.object({ region: RegionName.optional().describe('Absent: all regions.') }) },
  responses: {
    202: answers(
      'They are, or will be.',
      z.object({ regions: z.array(IngestRegion) }).meta({ id: 'IngestRegionList', description: 'The regions meant.' }),
    ),
    ...refuses('no-such-region', 'wake-unavailable', 'region-unreachable'),
  },
});
