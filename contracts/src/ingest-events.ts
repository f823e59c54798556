import { z } from 'zod';
import { IngestProtocol } from './authorize.ts';
import { BroadcastId, ChannelId, NodeId } from './ids.ts';
import { RestreamStatus } from './restream.ts';

/** A node that could not tell for a while sends several batches. */
export const EVENTS_PER_BATCH_MAX = 100;

/** For programs: `long-gop`, `peer-left`. */
const Code = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'a code is up to 64 of a-z, 0-9 and -');
const Milliseconds = z
  .int()
  .nonnegative()
  .max(24 * 3_600_000);

const Common = {
  /** Chosen by the node, and the same whenever the event is sent again. */
  eventId: z.string().regex(/^[A-Za-z0-9-]{8,64}$/, 'an event id is 8 to 64 of A-Z, a-z, 0-9 and -'),
  channelId: ChannelId,
  broadcastId: BroadcastId,
  /** By the node's clock. */
  atMs: z.int().positive(),
};

/** Something that happened to a broadcast, as its owner is told. It names no secret. */
export const IngestEvent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('broadcast-started'),
    ...Common,
    protocol: IngestProtocol,
    /** It existed, and another node or transcoder goes on with it. */
    isResumed: z.boolean(),
  }),
  /** The slate is about to be shown; the broadcast waits for the publisher. */
  z.strictObject({ kind: z.literal('publisher-absent'), ...Common, reason: Code }),
  z.strictObject({ kind: z.literal('publisher-back'), ...Common, absentMs: Milliseconds }),
  z.strictObject({ kind: z.literal('broadcast-ended'), ...Common, reason: Code }),
  /** What is wrong with what the streamer sends, and what to do about it. */
  z.strictObject({ kind: z.literal('health-warning'), ...Common, code: Code, sentence: z.string().min(1).max(300) }),
  /** How the source was in the last seconds. What a protocol or a source without sound cannot tell is absent. */
  z.strictObject({
    kind: z.literal('figures'),
    ...Common,
    fps: z.number().nonnegative().max(1_000),
    bitrateBps: z.number().nonnegative().max(1_000_000_000),
    keyframeIntervalMs: Milliseconds.optional(),
    /** Sound against picture; positive where the sound is late. */
    driftMs: z.number().min(-3_600_000).max(3_600_000).optional(),
    rttMs: z.number().nonnegative().max(600_000).optional(),
    lossRatio: z.number().min(0).max(1).optional(),
  }),
  /** How the push to one target is: told when it changes, and every ten seconds. */
  z.strictObject({ kind: z.literal('restream-status'), ...Common, ...RestreamStatus.shape }),
]);
export type IngestEvent = z.infer<typeof IngestEvent>;

/** `POST /v1/ingest/events`: at least once, idempotent by (channelId, eventId). */
export const IngestEvents = z.strictObject({
  nodeId: NodeId,
  events: z.array(IngestEvent).min(1).max(EVENTS_PER_BATCH_MAX),
});
export type IngestEvents = z.infer<typeof IngestEvents>;

/** The yes to a batch. What is not kept need not be sent again: its channel is gone. */
export const IngestEventsAnswer = z.object({ kept: z.int().nonnegative(), dropped: z.int().nonnegative() });
export type IngestEventsAnswer = z.infer<typeof IngestEventsAnswer>;

/** An event as the control API shows it. `sequence` grows with each event it hears of, whatever the nodes' clocks say. */
export const KeptIngestEvent = z.object({
  sequence: z.int().positive(),
  receivedAtMs: z.int().positive(),
  nodeId: NodeId,
  event: IngestEvent,
});
export type KeptIngestEvent = z.infer<typeof KeptIngestEvent>;

/** `GET /v1/channels/{channelId}/events?after=&limit=`: the oldest first. Ask again with `next` as `after`. */
export const IngestEventPage = z.object({ events: z.array(KeptIngestEvent), next: z.int().nonnegative() });
export type IngestEventPage = z.infer<typeof IngestEventPage>;
