import {
  AudienceTotals,
  BroadcastEndReason,
  BroadcastId,
  ChannelId,
  type EdgeEvent,
  type IngestEvent,
  LatencyProfileName,
  RenditionSummary,
} from '@sluice/contracts';
import { z } from 'zod';
import { TenantId } from '../tenants/tenant.ts';

/** Different ones that a publisher can earn in one broadcast and be told of. */
const WARNINGS_MAX = 20;

/** What is wrong with what the streamer sends, and how often that was seen. */
export const BroadcastWarning = z.object({
  code: z.string(),
  sentence: z.string(),
  count: z.int().positive(),
  firstAtMs: z.int(),
  lastAtMs: z.int(),
});
export type BroadcastWarning = z.infer<typeof BroadcastWarning>;

/** How the publisher's source was when that was last told; what a protocol or a source cannot tell is absent. */
export const BroadcastHealth = z.object({
  atMs: z.int(),
  fps: z.number(),
  bitrateBps: z.number(),
  keyframeIntervalMs: z.number().optional(),
  driftMs: z.number().optional(),
  rttMs: z.number().optional(),
  lossRatio: z.number().optional(),
});
export type BroadcastHealth = z.infer<typeof BroadcastHealth>;

/** What is left of a broadcast to be watched later. */
export const Recording = z.object({
  readyAtMs: z.int(),
  durationMs: z.int().nonnegative(),
  sizeBytes: z.int().nonnegative(),
  gapMs: z.int().nonnegative(),
  /** From then on it is removed; `null`: it is kept. */
  expiresAtMs: z.int().nullable(),
});
export type Recording = z.infer<typeof Recording>;

/** A broadcast as it is stored and shown. */
export const Broadcast = z.object({
  broadcastId: BroadcastId,
  channelId: ChannelId,
  tenantId: TenantId,
  state: z.enum(['live', 'ended']),
  startedAtMs: z.int(),
  endedAtMs: z.int().nullable(),
  endReason: BroadcastEndReason.nullable(),
  profile: LatencyProfileName,
  isPrivate: z.boolean(),
  isRecorded: z.boolean(),
  renditions: z.array(RenditionSummary),
  /** Since when nobody sends; `null`: somebody does, or it has ended. */
  absentSinceMs: z.int().nullable(),
  /** Who watched when that was last told. */
  viewers: z.int().nonnegative(),
  totals: AudienceTotals,
  /** `null`: its node has not told. */
  health: BroadcastHealth.nullable().default(null),
  warnings: z.array(BroadcastWarning),
  /** `null`: there is none, not yet or not any more. */
  recording: Recording.nullable(),
  /** Its objects are being removed, and then it is gone. */
  isBeingDeleted: z.boolean(),
});
export type Broadcast = z.infer<typeof Broadcast>;

const NO_TOTALS = { viewersPeak: 0, viewerMs: 0, liveMs: 0 };

/** What the edge says of a broadcast, and whose it is. */
export interface Told {
  readonly channelId: ChannelId;
  readonly tenantId: TenantId;
  readonly event: EdgeEvent;
  /** For how long recordings of the channel are kept; `null`: for ever. */
  readonly retentionMs: number | null;
}

/**
 * A broadcast after an event, which may have been told before. `undefined`: nothing is known of it, and the event says
 * too little to begin with.
 */
export function broadcastAfter(broadcast: Broadcast | undefined, told: Told): Broadcast | undefined {
  const { event } = told;
  if (event.kind === 'broadcast-started') return broadcast ?? begun(told, event);
  if (broadcast === undefined) return undefined;
  switch (event.kind) {
    case 'publisher-absent':
      return { ...broadcast, absentSinceMs: broadcast.state === 'live' ? event.atMs : null };
    case 'publisher-back':
      return { ...broadcast, absentSinceMs: null };
    case 'audience':
      return { ...broadcast, viewers: isLive(broadcast) ? event.viewers : 0, totals: grown(broadcast, event.totals) };
    case 'broadcast-ended':
      return {
        ...broadcast,
        state: 'ended',
        endedAtMs: event.atMs,
        endReason: event.reason,
        absentSinceMs: null,
        viewers: 0,
        totals: grown(broadcast, event.totals),
      };
    case 'recording-ready': {
      const { atMs: readyAtMs, durationMs, sizeBytes, gapMs } = event;
      const expiresAtMs = told.retentionMs === null ? null : readyAtMs + told.retentionMs;
      return { ...broadcast, recording: { readyAtMs, durationMs, sizeBytes, gapMs, expiresAtMs } };
    }
  }
}

/** A broadcast after a warning of its ingest node. */
export function withWarning(broadcast: Broadcast, warning: Pick<BroadcastWarning, 'code' | 'sentence'>, atMs: number) {
  const known = broadcast.warnings.find(({ code }) => code === warning.code);
  if (known !== undefined) {
    const again = { ...known, ...warning, count: known.count + 1, lastAtMs: atMs };
    return { ...broadcast, warnings: broadcast.warnings.map((each) => (each === known ? again : each)) };
  }
  if (broadcast.warnings.length >= WARNINGS_MAX) return broadcast;
  const first = { ...warning, count: 1, firstAtMs: atMs, lastAtMs: atMs };
  return { ...broadcast, warnings: [...broadcast.warnings, first] };
}

/** A broadcast after what its ingest node saw of the source; what was told late is no news. */
export function withHealth(
  broadcast: Broadcast,
  { fps, bitrateBps, keyframeIntervalMs, driftMs, rttMs, lossRatio, atMs }: Extract<IngestEvent, { kind: 'figures' }>,
): Broadcast {
  if ((broadcast.health?.atMs ?? 0) >= atMs) return broadcast;
  return { ...broadcast, health: { atMs, fps, bitrateBps, keyframeIntervalMs, driftMs, rttMs, lossRatio } };
}

function begun({ channelId, tenantId }: Told, event: Extract<EdgeEvent, { kind: 'broadcast-started' }>): Broadcast {
  const { broadcastId, startedAtMs, profile, isPrivate, isRecorded, renditions } = event;
  return {
    broadcastId,
    channelId,
    tenantId,
    state: 'live',
    startedAtMs,
    endedAtMs: null,
    endReason: null,
    profile,
    isPrivate,
    isRecorded,
    renditions,
    absentSinceMs: null,
    viewers: 0,
    totals: NO_TOTALS,
    health: null,
    warnings: [],
    recording: null,
    isBeingDeleted: false,
  };
}

function isLive({ state }: Broadcast): boolean {
  return state === 'live';
}

/** They only ever grow: what was told late is no news. */
function grown({ totals }: Broadcast, told: AudienceTotals): AudienceTotals {
  return {
    viewersPeak: Math.max(totals.viewersPeak, told.viewersPeak),
    viewerMs: Math.max(totals.viewerMs, told.viewerMs),
    liveMs: Math.max(totals.liveMs, told.liveMs),
  };
}
