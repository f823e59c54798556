import { z } from 'zod';
import { broadcastCost, type CostBasis, storageCostMonth } from './broadcast-cost.ts';
import { totalOf } from './stream-cost.ts';
import type { BroadcastUsage, UsageTotals } from './usage.ts';

const MS_PER_MINUTE = 60_000;
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
export function estimatedBill(usage: BroadcastUsage, used: UsageTotals, basis: CostBasis): EstimatedBill {
  const { profile, videoBps, audioBps } = usage;
  const [liveMs, viewerMs] = [used.streamMinutes * MS_PER_MINUTE, used.viewerMinutes * MS_PER_MINUTE];
  const cost = broadcastCost({ profile, videoBps, audioBps, liveMs, viewerMs }, basis);
  const storage = storageCostMonth((used.storedGbHours / HOURS_A_MONTH) * 1e9, basis.storage);
  const [streams, viewers] = [totalOf(cost.stream), totalOf(cost.viewers)];
  return { currency: 'USD', streams, viewers, storage, total: streams + viewers + storage };
}

export function addBills(one: EstimatedBill, other: EstimatedBill): EstimatedBill {
  const streams = one.streams + other.streams;
  const viewers = one.viewers + other.viewers;
  const storage = one.storage + other.storage;
  return { currency: 'USD', streams, viewers, storage, total: streams + viewers + storage };
}
