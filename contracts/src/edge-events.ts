import { z } from 'zod';
import { RENDITIONS_MAX } from './broadcast-description.ts';
import { BroadcastId, ChannelId, RenditionId } from './ids.ts';
import { LatencyProfileName } from './media-grid.ts';

/** A channel's object that could not tell for a while sends several batches. */
export const EDGE_EVENTS_PER_BATCH_MAX = 100;

const DurationMs = z.int().nonnegative();
const Count = z.int().nonnegative();

/** Why a broadcast ended: its publisher stopped, its publisher was not heard of any more, or another broadcast began. */
export const BroadcastEndReason = z
  .enum(['publisher-stopped', 'publisher-gone', 'superseded', 'channel-deleted'])
  .meta({
    id: 'BroadcastEndReason',
    description:
      '`publisher-stopped`: its publisher said so. `publisher-gone`: it was not heard of any more. `superseded`: another broadcast of the channel began. `channel-deleted`: its channel was deleted.',
    examples: ['publisher-stopped'],
  });
export type BroadcastEndReason = z.infer<typeof BroadcastEndReason>;

/** A rendition, as an owner is told of it. */
export const RenditionSummary = z
  .object({
    renditionId: RenditionId,
    codecs: z
      .string()
      .max(64)
      .meta({ description: 'RFC 6381.', examples: ['avc1.64001F'] }),
    bitrateBpsMax: z
      .int()
      .positive()
      .meta({ description: 'It has no more than this.', examples: [2_800_000] }),
    widthPx: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'Absent: it is sound.', examples: [1_280] }),
    heightPx: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'Absent: it is sound.', examples: [720] }),
    frameRate: z
      .number()
      .positive()
      .optional()
      .meta({ description: 'Pictures a second. Absent: it is sound.', examples: [30] }),
  })
  .meta({ id: 'RenditionSummary', description: 'One encoded version of a broadcast: a picture or a sound.' });
export type RenditionSummary = z.infer<typeof RenditionSummary>;

const Common = {
  /**
   * Counted by the channel's object, rising and never used twice, also after the object was emptied; it may jump. What
   * was told again has the sequence that it had.
   */
  sequence: z.int().positive(),
  broadcastId: BroadcastId,
  /** By the edge's clock. */
  atMs: z.int().positive(),
};

/** Figures of a broadcast so far. They only ever grow, so what is told twice counts once. */
export const AudienceTotals = z
  .object({
    viewersPeak: Count.meta({
      description:
        'The most who watched at one time. How many different people they were nobody knows: viewers are not told apart.',
      examples: [120],
    }),
    // Of what was kept before it was counted there is none.
    views: Count.default(0).meta({
      description:
        'How often somebody began to watch while it was live. Who comes back, or reloads the page, is counted again.',
      examples: [480],
    }),
    viewerMs: Count.meta({ description: 'What all of them watched, added up.', examples: [540_000_000] }),
    liveMs: DurationMs.meta({
      description: 'Media that was made, in wall time: what the broadcast has lasted.',
      examples: [7_200_000],
    }),
  })
  .meta({ id: 'AudienceTotals', description: 'Figures of a broadcast so far. They only ever grow.' });
export type AudienceTotals = z.infer<typeof AudienceTotals>;

/** What became of a broadcast, as the one object says that orders it. */
export const EdgeEvent = z.discriminatedUnion('kind', [
  /** Its first media can be played. */
  z.strictObject({
    kind: z.literal('broadcast-started'),
    ...Common,
    /** Wall time of its first picture. */
    startedAtMs: z.int().positive(),
    profile: LatencyProfileName,
    isPrivate: z.boolean(),
    isRecorded: z.boolean(),
    renditions: z.array(RenditionSummary).max(RENDITIONS_MAX),
  }),
  /** Its node says so, or its node is not heard of. */
  z.strictObject({ kind: z.literal('publisher-absent'), ...Common }),
  z.strictObject({ kind: z.literal('publisher-back'), ...Common, absentMs: DurationMs }),
  z.strictObject({
    kind: z.literal('broadcast-ended'),
    ...Common,
    reason: BroadcastEndReason,
    totals: AudienceTotals,
  }),
  /** The recording can be played at `/vod/{broadcastId}/`. */
  z.strictObject({
    kind: z.literal('recording-ready'),
    ...Common,
    durationMs: DurationMs,
    /** Of its segments, all renditions together. */
    sizeBytes: Count,
    /** Of it, what nobody can see: media that could not be stored. */
    gapMs: DurationMs,
  }),
  /** Who watches, now and then while it is live. */
  z.strictObject({ kind: z.literal('audience'), ...Common, viewers: Count, totals: AudienceTotals }),
]);
export type EdgeEvent = z.infer<typeof EdgeEvent>;

/**
 * `POST /v1/edge/events` of the control API, with the edge's token: at least once, in the order of their sequences, and
 * idempotent by them.
 */
export const EdgeEvents = z.strictObject({
  channelId: ChannelId,
  events: z.array(EdgeEvent).min(1).max(EDGE_EVENTS_PER_BATCH_MAX),
});
export type EdgeEvents = z.infer<typeof EdgeEvents>;

/** The yes to a batch: all events up to this one are kept, or their channel is gone. They need not be told again. */
export const EdgeEventsAnswer = z.object({ takenThrough: z.int().nonnegative() });
export type EdgeEventsAnswer = z.infer<typeof EdgeEventsAnswer>;
