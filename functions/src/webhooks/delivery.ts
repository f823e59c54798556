import { z } from 'zod';
import { WebhookPayload } from './webhook-event.ts';

/** What came of one try. */
export const DeliveryTry = z.object({
  atMs: z.int(),
  /** Of the answer; `null`: there was none. */
  status: z.int().nullable(),
  /** Why it did not count: a sentence without secrets; `null`: it did. */
  fault: z.string().nullable(),
});
export type DeliveryTry = z.infer<typeof DeliveryTry>;

/** One event on its way to one endpoint. */
export const Delivery = z.object({
  messageId: z.string(),
  group: z.string(),
  sequence: z.int(),
  payload: WebhookPayload,
  createdAtMs: z.int(),
  tries: z.int().nonnegative(),
  lastTry: DeliveryTry.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** `pending`: it is tried, or waits for one before it; `dead`: it was tried for a day, or was refused for good. */
export const DeliveryState = z.enum(['pending', 'delivered', 'dead']);
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
