import * as z from 'zod/mini';

/** What endpoints can be told of: functions' WEBHOOK_EVENT_TYPES, without the test. */
export const WEBHOOK_EVENT_TYPES = [
  'broadcast.started',
  'broadcast.ended',
  'publisher.absent',
  'publisher.back',
  'health.warning',
  'recording.ready',
  'recording.deleted',
  'clip.ready',
] as const;

export const WEBHOOK_URL_CHARS_MAX = 2_000;
export const WEBHOOK_DESCRIPTION_CHARS_MAX = 200;

/** Somebody who is told what happens, without the secret. */
export const WebhookEndpoint = z.object({
  endpointId: z.string(),
  url: z.string(),
  /** `null`: everything. */
  events: z.nullable(z.array(z.string())),
  description: z.string(),
  isDisabled: z.boolean(),
  createdAtMs: z.number(),
});
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>;

export const WebhookEndpointList = z.object({ webhookEndpoints: z.array(WebhookEndpoint) });

/** The one answer that holds the secret. */
export const MadeWebhookEndpoint = z.extend(WebhookEndpoint, { secret: z.string() });

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One event on its way to one endpoint, or at the end of it. */
export const Delivery = z.object({
  deliveryId: z.string(),
  messageId: z.string(),
  state: z.enum(DELIVERY_STATES),
  payload: z.object({ type: z.string(), timestamp: z.string() }),
  createdAtMs: z.number(),
  tries: z.number(),
  lastTry: z.nullable(z.object({ atMs: z.number(), status: z.nullable(z.number()), fault: z.nullable(z.string()) })),
});
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryPage = z.object({ deliveries: z.array(Delivery), next: z.nullable(z.string()) });
export const SentMessage = z.object({ messageId: z.string() });
