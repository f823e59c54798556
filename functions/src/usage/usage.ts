import { BroadcastId, ChannelId, LatencyProfileName } from '@sluice/contracts';
import { z } from 'zod';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import { TenantId } from '../tenants/tenant.ts';

/** What one broadcast used. It outlives the broadcast and its recording. */
export const BroadcastUsage = z.object({
  broadcastId: BroadcastId,
  channelId: ChannelId,
  tenantId: TenantId,
  profile: LatencyProfileName,
  videoBps: z.array(z.int().positive()),
  audioBps: z.int().nonnegative(),
  startedAtMs: z.int(),
  isLive: z.boolean(),
  liveMs: z.int().nonnegative(),
  viewerMs: z.int().nonnegative(),
  /** Of its recording; `null`: there was none. */
  stored: z.object({ sizeBytes: z.int(), fromMs: z.int(), untilMs: z.int().nullable() }).nullable(),
});
export type BroadcastUsage = z.infer<typeof BroadcastUsage>;

/** What is known of a broadcast's use by now. */
export function usageOf(broadcast: Broadcast): BroadcastUsage {
  const { broadcastId, channelId, tenantId, profile, renditions, startedAtMs, state, totals, recording } = broadcast;
  const bitrates = (kind: 'v' | 'a') =>
    renditions.filter(({ renditionId }) => renditionId.startsWith(kind)).map(({ bitrateBpsMax }) => bitrateBpsMax);
  const { liveMs, viewerMs } = totals;
  return {
    broadcastId,
    channelId,
    tenantId,
    profile,
    videoBps: bitrates('v'),
    audioBps: bitrates('a').reduce((sum, bps) => sum + bps, 0),
    startedAtMs,
    isLive: state === 'live',
    liveMs,
    viewerMs,
    stored: recording && { sizeBytes: recording.sizeBytes, fromMs: recording.readyAtMs, untilMs: null },
  };
}

/** A time, from its first to before its last millisecond. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was used in a time. */
export const UsageTotals = z.object({
  streamMinutes: z
    .number()
    .nonnegative()
    .meta({ description: 'What was live, added up.', examples: [120] }),
  viewerMinutes: z
    .number()
    .nonnegative()
    .meta({ description: 'What all viewers watched, added up.', examples: [9_000] }),
  storedGbHours: z
    .number()
    .nonnegative()
    .meta({ description: 'Recordings, in gigabytes (10⁹ bytes) times hours.', examples: [51] }),
});
export type UsageTotals = z.infer<typeof UsageTotals>;

export const NO_USAGE: UsageTotals = { streamMinutes: 0, viewerMinutes: 0, storedGbHours: 0 };

/** Of one broadcast. Who watched is spread evenly over the time that it was live. */
export function usageWithin(usage: BroadcastUsage, range: TimeRange, nowMs: number): UsageTotals {
  const { startedAtMs, viewerMs, stored } = usage;
  const liveMs = liveMsOf(usage, nowMs);
  const overlapMs = overlap({ fromMs: startedAtMs, toMs: startedAtMs + liveMs }, range);
  const storedMs = stored === null ? 0 : overlap({ fromMs: stored.fromMs, toMs: stored.untilMs ?? nowMs }, range);
  return {
    streamMinutes: overlapMs / 60_000,
    viewerMinutes: liveMs === 0 ? 0 : (viewerMs * (overlapMs / liveMs)) / 60_000,
    storedGbHours: ((stored?.sizeBytes ?? 0) / 1e9) * (storedMs / 3_600_000),
  };
}

/** How long it was live, or is by now: what is live was told of a minute ago, or never yet. */
export function liveMsOf({ isLive, liveMs, startedAtMs }: BroadcastUsage, nowMs: number): number {
  return isLive ? Math.max(liveMs, nowMs - startedAtMs) : liveMs;
}

export function addUsage(one: UsageTotals, other: UsageTotals): UsageTotals {
  return {
    streamMinutes: one.streamMinutes + other.streamMinutes,
    viewerMinutes: one.viewerMinutes + other.viewerMinutes,
    storedGbHours: one.storedGbHours + other.storedGbHours,
  };
}

function overlap(one: TimeRange, other: TimeRange): number {
  return Math.max(0, Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs));
}
