import { BroadcastId } from '@sluice/contracts';
import { z } from 'zod';
import { type Caller, mayCall } from '../access/caller.ts';
import {
  type BroadcastCost,
  broadcastCost,
  type CostBasis,
  costItems,
  requestsOf,
  storageCostMonth,
} from '../usage/broadcast-cost.ts';
import { PRICES_OF } from '../usage/prices.ts';
import { type CostItem, totalOf } from '../usage/stream-cost.ts';
import { liveMsOf, usageOf } from '../usage/usage.ts';
import { Broadcast } from './broadcast.ts';

const WHAT_IT_IS =
  'US dollars, an estimate by the list prices of November 2026 (docs/COST.md): at most what it takes, without what deployments pay by the month, what is free, discounts, taxes, MediaLive, restreaming, and what recordings cost.';

/** A broadcast as it is shown. */
export const ShownBroadcast = Broadcast.extend({
  costUsd: z
    .number()
    .nonnegative()
    .nullable()
    .meta({
      description: `What it cost, until now if it is live. ${WHAT_IT_IS} \`null\`: the token is not for \`usage:read\`.`,
      examples: [0.97],
    }),
}).meta({ id: 'Broadcast', description: 'One continuous live session of a channel, as it is or was.' });
export type ShownBroadcast = z.infer<typeof ShownBroadcast>;

const Usd = z.number().nonnegative();

/** `GET /v1/broadcasts/{broadcastId}/cost`. */
export const ShownBroadcastCost = z
  .object({
    broadcastId: BroadcastId,
    pricesOf: z.string().meta({ description: 'The month whose list prices these are.', examples: [PRICES_OF] }),
    totalUsd: Usd.meta({ description: `All items. ${WHAT_IT_IS}`, examples: [0.972] }),
    streamUsd: Usd.meta({ description: 'Of it, what it cost by itself, whoever watched.', examples: [0.721] }),
    viewersUsd: Usd.meta({ description: 'Of it, what those who watched cost.', examples: [0.251] }),
    items: z
      .object({
        nodeUsd: Usd.meta({
          description: 'A share of an ingest node: a node, divided by its slots.',
          examples: [0.16],
        }),
        egressUsd: Usd.meta({
          description: 'What leaves AWS: to R2 all that is stored, from S3 what the edge reads.',
          examples: [0.36],
        }),
        storageWritesUsd: Usd.meta({ description: 'PUTs.', examples: [0.19] }),
        storageReadsUsd: Usd.meta({ description: 'GETs of the edge.', examples: [0.04] }),
        edgeRequestsUsd: Usd.meta({ description: 'Requests to the Worker, and their CPU.', examples: [0.15] }),
        objectRequestsUsd: Usd.meta({
          description: 'Requests to Durable Objects, and rows that they write.',
          examples: [0.04],
        }),
        objectDurationUsd: Usd.meta({ description: 'Durable Objects in memory.', examples: [0.03] }),
      })
      .meta({ id: 'BroadcastCostItems', description: 'What was paid for. US dollars.' }),
    recordingUsdMonth: Usd.meta({
      description: 'What it costs to keep its recording, a month. Not in the total.',
      examples: [0.06],
    }),
    liveMs: z
      .int()
      .nonnegative()
      .meta({ description: 'How long it was live, or is.', examples: [3_600_000] }),
    viewerMs: z
      .int()
      .nonnegative()
      .meta({ description: 'What all viewers watched, added up; told once a minute.', examples: [270_000_000] }),
    requests: z
      .number()
      .nonnegative()
      .meta({ description: 'Of viewers: as many as our page asks for in that time.', examples: [386_100] }),
    storage: z.enum(['r2', 's3']).meta({ description: 'Where its media lies.', examples: ['r2'] }),
  })
  .meta({ id: 'BroadcastCost', description: 'What a broadcast cost, until now if it is live: an estimate.' });
export type ShownBroadcastCost = z.infer<typeof ShownBroadcastCost>;

/** What a broadcast is priced by, and when it is asked about. */
export interface Pricing {
  readonly basis: CostBasis;
  readonly nowMs: number;
}

export function shownBroadcast(broadcast: Broadcast, caller: Caller, pricing: Pricing): ShownBroadcast {
  const mayKnow = mayCall(caller, 'usage:read');
  return { ...broadcast, costUsd: mayKnow ? rounded(totalOf(costItems(costOf(broadcast, pricing)))) : null };
}

export function shownBroadcastCost(broadcast: Broadcast, pricing: Pricing): ShownBroadcastCost {
  const { broadcastId, recording } = broadcast;
  const { storage } = pricing.basis;
  const use = useOf(broadcast, pricing.nowMs);
  const cost = costOf(broadcast, pricing);
  const items = costItems(cost);
  const usd = (item: CostItem) => rounded(items[item]);
  return {
    broadcastId,
    pricesOf: PRICES_OF,
    totalUsd: rounded(totalOf(items)),
    streamUsd: rounded(totalOf(cost.stream)),
    viewersUsd: rounded(totalOf(cost.viewers)),
    items: {
      nodeUsd: usd('node'),
      egressUsd: usd('egress'),
      storageWritesUsd: usd('storageWrites'),
      storageReadsUsd: usd('storageReads'),
      edgeRequestsUsd: usd('edgeRequests'),
      objectRequestsUsd: usd('objectRequests'),
      objectDurationUsd: usd('objectDuration'),
    },
    recordingUsdMonth: rounded(storageCostMonth(recording?.sizeBytes ?? 0, storage)),
    liveMs: use.liveMs,
    viewerMs: use.viewerMs,
    requests: Math.round(requestsOf(use)),
    storage,
  };
}

function costOf(broadcast: Broadcast, { basis, nowMs }: Pricing): BroadcastCost {
  return broadcastCost(useOf(broadcast, nowMs), basis);
}

function useOf(broadcast: Broadcast, nowMs: number) {
  const usage = usageOf(broadcast);
  const { profile, videoBps, audioBps, viewerMs } = usage;
  return { profile, videoBps, audioBps, viewerMs, liveMs: liveMsOf(usage, nowMs) };
}

/** A ten-thousandth of a cent is no news. */
function rounded(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
