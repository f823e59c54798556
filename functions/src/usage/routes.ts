import { createRoute, z } from '@hono/zod-openapi';
import { ChannelId } from '@sluice/contracts';
import { answers, newApi, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import { addBills, EstimatedBill, estimatedBill, NO_BILL } from './bill.ts';
import type { CostBasis } from './broadcast-cost.ts';
import { addUsage, NO_USAGE, type TimeRange, UsageTotals, usageWithin } from './usage.ts';
import type { UsageLog } from './usage-log.ts';

const TimeMs = z.coerce.number().int().nonnegative().max(8.64e15);
const RangeQuery = z.object({
  fromMs: TimeMs.optional().describe('Absent: the beginning of this month (UTC).'),
  toMs: TimeMs.optional().describe('Before this time, and not before `fromMs`. Absent: now.'),
});
const ChannelUsage = z
  .object({ channelId: ChannelId, ...UsageTotals.shape, estimatedBill: EstimatedBill })
  .meta({ id: 'ChannelUsage', description: 'What one channel used.' });
const ShownUsage = z
  .object({
    fromMs: z.int().meta({ description: 'From this time on.', examples: [Date.UTC(2026, 10, 1)] }),
    toMs: z.int().meta({ description: 'Before this time.', examples: [Date.UTC(2026, 10, 2)] }),
    ...UsageTotals.shape,
    estimatedBill: EstimatedBill,
    channels: z.array(ChannelUsage).describe('Those that used anything, the dearest first.'),
  })
  .meta({ id: 'Usage', description: 'What all channels used in a time.' });

export interface UsageParts {
  readonly costBasis: CostBasis;
  readonly nowMs: () => number;
}

/** `/v1/usage`. */
export function usageRoutes(usage: UsageLog, { costBasis, nowMs }: UsageParts) {
  return newApi().openapi(SHOW, async (c) => {
    const { fromMs = monthBeginsAtMs(nowMs()), toMs = nowMs() } = c.req.valid('query');
    if (toMs < fromMs) throw new Refusal('request-invalid', 'toMs is before fromMs.');
    const range = { fromMs, toMs };
    const channels = new Map<ChannelId, z.infer<typeof ChannelUsage>>();
    for await (const broadcast of usage.before(c.var.caller.tenantId, range)) {
      const used = usageWithin(broadcast, range, nowMs());
      const before = channels.get(broadcast.channelId);
      channels.set(broadcast.channelId, {
        channelId: broadcast.channelId,
        ...addUsage(before ?? NO_USAGE, used),
        estimatedBill: addBills(before?.estimatedBill ?? NO_BILL, estimatedBill(broadcast, used, costBasis)),
      });
    }
    return c.json(shown(range, [...channels.values()]), 200);
  });
}

function shown(range: TimeRange, all: readonly z.infer<typeof ChannelUsage>[]): z.infer<typeof ShownUsage> {
  const channels = all
    .filter(({ streamMinutes, storedGbHours }) => streamMinutes > 0 || storedGbHours > 0)
    .sort((one, other) => other.estimatedBill.total - one.estimatedBill.total);
  return {
    ...range,
    ...channels.reduce<UsageTotals>(addUsage, NO_USAGE),
    estimatedBill: channels.reduce((sum, { estimatedBill: bill }) => addBills(sum, bill), NO_BILL),
    channels,
  };
}

function monthBeginsAtMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
}

const SHOW = createRoute({
  ...secured('usage:read'),
  operationId: 'showUsage',
  tags: ['usage'],
  method: 'get',
  path: '/',
  summary: 'What was used, and what it costs',
  description:
    'Minutes of streams and of viewers, and recordings stored, in a time. The bill is an estimate by list prices: what you pay is between you, Cloudflare and AWS.',
  request: { query: RangeQuery },
  responses: { 200: answers('The use of all channels.', ShownUsage), ...refuses() },
});
