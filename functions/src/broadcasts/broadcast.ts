import {
  AudienceTotals,
  BroadcastEndReason,
  BroadcastId,
  ChannelId,
  type EdgeEvent,
  type IngestEvent,
  LatencyProfileName,
  RenditionSummary,
  ToldFigures,
} from '@sluice/contracts';
import { z } from 'zod';
import { TenantId } from '../tenants/tenant.ts';

/** Different ones that a publisher can earn in one broadcast and be told of. */
const WARNINGS_MAX = 20;
/** What is told as an example: two hours of an evening. */
const EXAMPLE_START_MS = Date.UTC(2026, 10, 1, 18);
const EXAMPLE_END_MS = Date.UTC(2026, 10, 1, 20);

/** What is wrong with what the streamer sends, and how often that was seen. */
export const BroadcastWarning = z
  .object({
    code: z.string().meta({ description: 'What is wrong, for programs.', examples: ['long-gop'] }),
    sentence: z.string().meta({
      description: 'What is wrong, and what to do about it.',
      examples: ['Keyframes come every 8 s. Set the keyframe interval of the encoder to 2 s.'],
    }),
    count: z
      .int()
      .positive()
      .meta({ description: 'How often it was seen.', examples: [3] }),
    firstAtMs: z.int().describe('When it was first seen.'),
    lastAtMs: z.int().describe('When it was last seen.'),
  })
  .meta({ id: 'BroadcastWarning', description: 'Something that is wrong with what the streamer sends.' });
export type BroadcastWarning = z.infer<typeof BroadcastWarning>;

/** How the publisher's source was, and its node kept up with it, when that was last told; what cannot be told is absent. */
export const BroadcastHealth = z
  .object({
    atMs: z.int().meta({ description: 'When it was so, by the node’s clock.', examples: [EXAMPLE_START_MS + 60_000] }),
    ...ToldFigures.shape,
  })
  .meta({
    id: 'BroadcastHealth',
    description: 'How the source of a broadcast was in its last seconds, and how its ingest node kept up.',
  });
export type BroadcastHealth = z.infer<typeof BroadcastHealth>;

/** What is left of a broadcast to be watched later. */
export const Recording = z
  .object({
    readyAtMs: z.int().meta({ description: 'When it could first be played.', examples: [EXAMPLE_END_MS + 4_000] }),
    durationMs: z
      .int()
      .nonnegative()
      .meta({ description: 'How long it is.', examples: [7_200_000] }),
    sizeBytes: z
      .int()
      .nonnegative()
      .meta({ description: 'Of its media, all renditions together.', examples: [4_250_000_000] }),
    gapMs: z.int().nonnegative().describe('Of it, what nobody can see: media that could not be stored.'),
    expiresAtMs: z
      .int()
      .nullable()
      .meta({ description: 'From then on it is removed; `null`: it is kept.', examples: [null] }),
  })
  .meta({ id: 'BroadcastRecording', description: 'What is left of a broadcast to be watched later.' });
export type Recording = z.infer<typeof Recording>;

/** A broadcast as it is stored, and as webhooks tell of it. What is shown of it is `ShownBroadcast`. */
export const Broadcast = z
  .object({
    broadcastId: BroadcastId,
    channelId: ChannelId,
    tenantId: TenantId,
    state: z
      .enum(['live', 'ended'])
      .meta({ description: '`live`: it goes on, also while its publisher is away.', examples: ['ended'] }),
    startedAtMs: z.int().meta({ description: 'Wall time of its first picture.', examples: [EXAMPLE_START_MS] }),
    endedAtMs: z
      .int()
      .nullable()
      .meta({ description: 'When it ended; `null`: it has not.', examples: [EXAMPLE_END_MS] }),
    endReason: BroadcastEndReason.nullable().describe('Why it ended; `null`: it has not.'),
    profile: LatencyProfileName,
    isPrivate: z.boolean().describe('Viewers need a playback token. As its channel was when it began.'),
    isRecorded: z
      .boolean()
      .meta({ description: 'It becomes a recording. As its channel was when it began.', examples: [true] }),
    renditions: z.array(RenditionSummary).describe('What viewers can choose from.'),
    absentSinceMs: z
      .int()
      .nullable()
      .meta({ description: 'Since when nobody sends; `null`: somebody does, or it has ended.', examples: [null] }),
    viewers: z.int().nonnegative().describe('Who watched when that was last told. Of one that has ended 0.'),
    totals: AudienceTotals,
    health: BroadcastHealth.nullable()
      .default(null)
      .describe('How the source was, and its node kept up, when that was last told; `null`: it has not been.'),
    warnings: z
      .array(BroadcastWarning)
      .describe(`What is wrong with what the streamer sends: ${WARNINGS_MAX} different things at most.`),
    recording: Recording.nullable().describe('What is left of it; `null`: there is none, not yet or not any more.'),
    isBeingDeleted: z.boolean().describe('Its media is being removed, and then it is gone.'),
  })
  .meta({ id: 'ToldBroadcast', description: 'One continuous live session of a channel, as webhooks tell of it.' });
export type Broadcast = z.infer<typeof Broadcast>;

const NO_TOTALS = { viewersPeak: 0, views: 0, viewerMs: 0, liveMs: 0 };

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

type Figures = Extract<IngestEvent, { kind: 'figures' }>;

/** A broadcast after what its ingest node saw of the source; what was told late is no news. */
export function withHealth(
  broadcast: Broadcast,
  { kind: _kind, eventId: _eventId, channelId: _channelId, broadcastId: _broadcastId, ...health }: Figures,
): Broadcast {
  return (broadcast.health?.atMs ?? 0) >= health.atMs ? broadcast : { ...broadcast, health };
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
    views: Math.max(totals.views, told.views),
    viewerMs: Math.max(totals.viewerMs, told.viewerMs),
    liveMs: Math.max(totals.liveMs, told.liveMs),
  };
}
