import { ClipId, type EdgeEvent, type IngestEvent } from '@sluice/contracts';
import { z } from 'zod';
import { Broadcast, BroadcastWarning } from '../broadcasts/broadcast.ts';
import { TOLD_BROADCAST_EXAMPLE } from '../broadcasts/broadcast-example.ts';

/** What webhook endpoints can be told of. */
export const WEBHOOK_EVENT_TYPES = [
  'broadcast.started',
  'broadcast.ended',
  'publisher.absent',
  'publisher.back',
  'health.warning',
  'recording.ready',
  'recording.deleted',
  'clip.ready',
  'webhook.test',
] as const;
export const WebhookEventType = z
  .enum(WEBHOOK_EVENT_TYPES)
  .meta({ id: 'WebhookEventType', description: 'What webhook endpoints can be told of.' });
export type WebhookEventType = z.infer<typeof WebhookEventType>;

/** The body of a webhook (Standard Webhooks, "Payload structure"). */
export const WebhookPayload = z
  .object({
    type: WebhookEventType,
    timestamp: z.iso
      .datetime()
      .meta({ description: 'When it happened (ISO 8601).', examples: ['2026-11-01T18:00:00.000Z'] }),
    data: z
      .object({
        broadcast: Broadcast.optional().describe('As it was when it happened. Absent: it is of a clip, or a test.'),
        clipId: ClipId.optional().describe('Of `clip.ready`.'),
        warning: BroadcastWarning.pick({ code: true, sentence: true }).optional().describe('Of `health.warning`.'),
        absentMs: z.int().optional().describe('Of `publisher.back`: how long it was away.'),
      })
      .meta({ description: 'What happened, to what.', examples: [{ broadcast: TOLD_BROADCAST_EXAMPLE }] }),
  })
  .meta({ id: 'WebhookPayload', description: 'The body of a webhook.' });
export type WebhookPayload = z.infer<typeof WebhookPayload>;

/** Something to be told, in its place among what else is told of the same broadcast. */
export interface WebhookEvent {
  /** The same for the same event: receivers know by it what they have had (Standard Webhooks, `webhook-id`). */
  readonly messageId: string;
  /** What is told in order: a broadcast's id. */
  readonly group: string;
  /** Rising in its group. */
  readonly sequence: number;
  readonly payload: WebhookPayload;
}

const TYPES = {
  'broadcast-started': 'broadcast.started',
  'broadcast-ended': 'broadcast.ended',
  'publisher-absent': 'publisher.absent',
  'publisher-back': 'publisher.back',
  'recording-ready': 'recording.ready',
} as const satisfies Partial<Record<EdgeEvent['kind'], WebhookEventType>>;

/** What endpoints are told of an event of the edge; `undefined`: nothing. */
export function webhookOfEdge(event: EdgeEvent, broadcast: Broadcast): WebhookEvent | undefined {
  if (event.kind === 'audience') return undefined;
  const absentMs = event.kind === 'publisher-back' ? { absentMs: event.absentMs } : {};
  return {
    messageId: `msg_${broadcast.channelId}_${event.sequence}`,
    group: event.broadcastId,
    sequence: event.sequence,
    payload: { type: TYPES[event.kind], timestamp: isoTime(event.atMs), data: { broadcast, ...absentMs } },
  };
}

/** What endpoints are told of a warning. Nodes count for themselves, so its place is when it was heard of. */
export function webhookOfWarning(
  { eventId, broadcastId, atMs, code, sentence }: Extract<IngestEvent, { kind: 'health-warning' }>,
  broadcast: Broadcast,
  heardAtMs: number,
): WebhookEvent {
  return {
    messageId: `msg_${broadcast.channelId}_${eventId}`,
    group: broadcastId,
    sequence: heardAtMs,
    payload: { type: 'health.warning', timestamp: isoTime(atMs), data: { broadcast, warning: { code, sentence } } },
  };
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
