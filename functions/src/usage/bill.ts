import type { LatencyProfileName } from '@sluice/contracts';
import { z } from 'zod';
import { PRICES } from './prices.ts';
import {
  type RequestRate,
  type StreamShape,
  streamCostHour,
  totalOf,
  usualSpread,
  viewersCostHour,
} from './stream-cost.ts';
import type { BroadcastUsage, UsageTotals } from './usage.ts';

/** Our own page's, as `npm run bench -- latency --record` saw them (local/src/cost/request-rates.json). */
const REQUESTS: Readonly<Record<LatencyProfileName, RequestRate>> = {
  ultra: { workerPerS: 2.4, playlistPerS: 0.5, tracks: 2 },
  low: { workerPerS: 1.43, playlistPerS: 0.5, tracks: 2 },
  economy: { workerPerS: 1.43, playlistPerS: 0.5, tracks: 2 },
  standard: { workerPerS: 0.97, playlistPerS: 0.5, tracks: 2 },
};
/** A machine that encodes a ladder with room to spare (PLATFORM facts of docs/COST.md). */
const MACHINE = { vcpus: 4, memoryGb: 8 };
const HOURS_A_MONTH = 730;

/** What it would cost by list prices (docs/COST.md): US dollars. */
export const EstimatedBill = z
  .object({
    currency: z.literal('USD').describe('US dollars.'),
    streams: z
      .number()
      .nonnegative()
      .meta({ description: 'To encode what is live and to bring it to the edge, whoever watches.', examples: [0.62] }),
    viewers: z
      .number()
      .nonnegative()
      .meta({ description: 'To bring it to viewers.', examples: [0.36] }),
    storage: z
      .number()
      .nonnegative()
      .meta({ description: 'To keep recordings.', examples: [0.02] }),
    total: z
      .number()
      .nonnegative()
      .meta({ description: 'All of them.', examples: [1] }),
  })
  .meta({ id: 'EstimatedBill', description: 'What it would cost by list prices. What you pay may be otherwise.' });
export type EstimatedBill = z.infer<typeof EstimatedBill>;

export const NO_BILL: EstimatedBill = { currency: 'USD', streams: 0, viewers: 0, storage: 0, total: 0 };

/** Of what one broadcast used in a time. */
export function estimatedBill(usage: BroadcastUsage, { streamMinutes, viewerMinutes, storedGbHours }: UsageTotals) {
  const hours = streamMinutes / 60;
  const shape: StreamShape = {
    profile: usage.profile,
    videoMbps: usage.videoBps.map((bps) => bps / 1e6),
    audioMbps: usage.audioBps / 1e6,
    ...MACHINE,
  };
  const streams = hours * totalOf(streamCostHour(shape));
  const viewers = streamMinutes === 0 ? 0 : viewerMinutes / streamMinutes;
  const watched = hours * totalOf(viewersCostHour(shape, REQUESTS[usage.profile], usualSpread(viewers)));
  const storage = (storedGbHours / HOURS_A_MONTH) * PRICES.r2GbMonth;
  return addBills(NO_BILL, { currency: 'USD', streams, viewers: viewers === 0 ? 0 : watched, storage, total: 0 });
}

export function addBills(one: EstimatedBill, other: EstimatedBill): EstimatedBill {
  const streams = one.streams + other.streams;
  const viewers = one.viewers + other.viewers;
  const storage = one.storage + other.storage;
  return { currency: 'USD', streams, viewers, storage, total: streams + viewers + storage };
}
