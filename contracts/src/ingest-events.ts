import { z } from 'zod';
import { IngestProtocol } from './authorize.ts';
import { BroadcastId, ChannelId, NodeId } from './ids.ts';
import { RestreamStatus } from './restream.ts';
import { ToldFigures } from './told-figures.ts';

/** A node that could not tell for a while sends several batches. */
export const EVENTS_PER_BATCH_MAX = 100;

/** For programs: `long-gop`, `peer-left`. */
const Code = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'a code is up to 64 of a-z, 0-9 and -');
const Milliseconds = z
  .int()
  .nonnegative()
  .max(24 * 3_600_000);

const Common = {
  eventId: z
    .string()
    .regex(/^[A-Za-z0-9-]{8,64}$/, 'an event id is 8 to 64 of A-Z, a-z, 0-9 and -')
    .meta({
      description: 'Chosen by the node, and the same whenever the event is sent again.',
      examples: ['8c1f6a52-0b7e-4d39'],
    }),
  channelId: ChannelId,
  broadcastId: BroadcastId,
  atMs: z.int().positive().describe("When it happened, by the node's clock."),
};

/** Something that happened to a broadcast, as its owner can read it later. It names no secret. */
export const LoggedIngestEvent = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('broadcast-started'),
        ...Common,
        protocol: IngestProtocol,
        isResumed: z.boolean().describe('It existed, and another node or transcoder goes on with it.'),
      })
      .describe('A publisher is let in, and a broadcast begins or goes on.'),
    z
      .strictObject({
        kind: z.literal('publisher-absent'),
        ...Common,
        reason: Code.meta({ description: 'Why it is gone.', examples: ['peer-left'] }),
      })
      .describe('The slate is about to be shown; the broadcast waits for the publisher.'),
    z
      .strictObject({
        kind: z.literal('publisher-back'),
        ...Common,
        absentMs: Milliseconds.describe('How long it was away.'),
      })
      .describe('The publisher sends again.'),
    z
      .strictObject({
        kind: z.literal('broadcast-ended'),
        ...Common,
        reason: Code.meta({ description: 'Why it ended.', examples: ['peer-left'] }),
      })
      .describe('The broadcast is over.'),
    z
      .strictObject({
        kind: z.literal('health-warning'),
        ...Common,
        code: Code.meta({ description: 'What is wrong, for programs.', examples: ['long-gop'] }),
        sentence: z.string().min(1).max(300).describe('What is wrong, and what to do about it.'),
      })
      .describe('What is wrong with what the streamer sends, and what to do about it.'),
    z
      .strictObject({
        kind: z.literal('figures'),
        ...Common,
        ...ToldFigures.shape,
      })
      .describe('How the source was in the last seconds, and how its node keeps up. What cannot be told is absent.'),
  ])
  .meta({ id: 'IngestEvent', description: 'Something that happened to a broadcast, as its ingest node saw it.' });
export type LoggedIngestEvent = z.infer<typeof LoggedIngestEvent>;

/** How the push to one target is: told when it changes, and every ten seconds. Of each target the newest is kept. */
export const RestreamStatusEvent = z.strictObject({
  kind: z.literal('restream-status'),
  ...Common,
  ...RestreamStatus.shape,
});
export type RestreamStatusEvent = z.infer<typeof RestreamStatusEvent>;

/** What an ingest node tells of a broadcast. It names no secret. */
export const IngestEvent = z.discriminatedUnion('kind', [LoggedIngestEvent, RestreamStatusEvent]);
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
export const KeptIngestEvent = z
  .object({
    sequence: z.int().positive().describe('Grows with each event of the channel.'),
    receivedAtMs: z.int().positive().describe("When the control API heard of it, by the API's clock."),
    nodeId: NodeId,
    event: LoggedIngestEvent,
  })
  .meta({ id: 'KeptIngestEvent', description: 'An event of a channel, in the order in which the API heard of them.' });
export type KeptIngestEvent = z.infer<typeof KeptIngestEvent>;

/** `GET /v1/channels/{channelId}/events?after=&limit=`, or `?newest=`: the oldest first. Ask again with `next` as `after`. */
export const IngestEventPage = z
  .object({
    events: z.array(KeptIngestEvent),
    next: z.int().nonnegative().describe('What to send as `after` to get what comes later.'),
  })
  .meta({ id: 'IngestEventPage', description: 'Events of a channel, the oldest first.' });
export type IngestEventPage = z.infer<typeof IngestEventPage>;
