import { z } from 'zod';
import { WebhookPayload } from './webhook-event.ts';

/** What came of one try. */
export const DeliveryTry = z
  .object({
    atMs: z.int().describe('When it was.'),
    status: z
      .int()
      .nullable()
      .meta({ description: 'Of the answer; `null`: there was none.', examples: [503] }),
    fault: z
      .string()
      .nullable()
      .meta({ description: 'Why it did not count: a sentence; `null`: it did.', examples: ['It answered 503.'] }),
  })
  .meta({ id: 'WebhookTry', description: 'What came of one try.' });
export type DeliveryTry = z.infer<typeof DeliveryTry>;

/** One event on its way to one endpoint. */
export const Delivery = z.object({
  messageId: z.string().meta({
    description: 'The same for the same event, also when it is sent again: `webhook-id` in the head of the request.',
    examples: ['msg_demo_1793556000001'],
  }),
  group: z.string().meta({
    description: 'What is told in order, one after the other: mostly the events of a broadcast, under its id.',
    examples: ['0mgx1c2d3o4e5f6g7h'],
  }),
  sequence: z.int().meta({ description: 'Its place in its group. It may jump.', examples: [1_793_556_000_001] }),
  payload: WebhookPayload,
  createdAtMs: z.int().describe('When it was to be told first. It is given up a day later.'),
  tries: z
    .int()
    .nonnegative()
    .meta({ description: 'How often it was tried.', examples: [37] }),
  lastTry: DeliveryTry.nullable().describe('What came of the last try; `null`: there was none yet.'),
});
export type Delivery = z.infer<typeof Delivery>;

/** `pending`: it is tried, or waits for one before it; `dead`: it was tried for a day, or was refused for good. */
export const DeliveryState = z.enum(['pending', 'delivered', 'dead']).meta({
  id: 'WebhookDeliveryState',
  description:
    '`pending`: it is tried, or waits for one before it. `delivered`: it was taken. `dead`: it was tried for a day, or was refused for good.',
  examples: ['dead'],
});
export type DeliveryState = z.infer<typeof DeliveryState>;
export type SettledState = Exclude<DeliveryState, 'pending'>;

/** From 5 s, doubled after each try, to an hour; with the noise that keeps many from coming back at once. */
const RETRY_MS = { first: 5_000, max: 3_600_000 } as const;
/** What cannot be told in a day is told to whoever asks for it. */
export const DELIVERY_LIFETIME_MS = 24 * 3_600_000;
/** RFC 9110 §15.5.11; Standard Webhooks, "Operational considerations": whoever says so wants no more of it. */
const GONE = 410;

/**
 * How long to wait after a try that did not count.
 *
 * @param noise 0 to 1.
 */
export function retryDelayMs(tries: number, noise: number): number {
  const delayMs = Math.min(RETRY_MS.max, RETRY_MS.first * 2 ** Math.max(0, tries - 1));
  return Math.round(delayMs * (0.8 + 0.4 * noise));
}

/** Whether it is over: it counted, it never will, or it is too old. */
export function stateAfter({ createdAtMs }: Delivery, { status, fault, atMs }: DeliveryTry): DeliveryState {
  if (fault === null) return 'delivered';
  if (status === GONE) return 'dead';
  return atMs - createdAtMs >= DELIVERY_LIFETIME_MS ? 'dead' : 'pending';
}
