import { randomBytes } from 'node:crypto';
import { isPublicHost } from '@sluice/contracts';
import { z } from 'zod';
import type { AllowedTargets } from '../access/allowed-targets.ts';
import { TenantId } from '../tenants/tenant.ts';
import { WEBHOOK_EVENT_TYPES, WebhookEventType } from './webhook-event.ts';

/** Names a webhook endpoint. */
export const WebhookEndpointId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'a webhook endpoint id is 16 of 0-9 and a-f')
  .brand<'WebhookEndpointId'>()
  .meta({ id: 'WebhookEndpointId', description: 'Names a webhook endpoint.', examples: ['9d1c4be07a52f683'] });
export type WebhookEndpointId = z.infer<typeof WebhookEndpointId>;

const URL_CHARS_MAX = 2_000;
const Url = z
  .string()
  .max(URL_CHARS_MAX)
  .meta({
    description:
      'Where it is told: an `https:` address on the public internet, without a user, a password or a fragment.',
    examples: ['https://hooks.example.com/sluice'],
  });
const Events = z
  .array(WebhookEventType)
  .min(1)
  .max(WEBHOOK_EVENT_TYPES.length)
  .nullable()
  .meta({
    description: 'What it is told of; `null`: everything.',
    examples: [['broadcast.started', 'broadcast.ended']],
  });
const Description = z
  .string()
  .trim()
  .max(200)
  .meta({ description: 'What it is, in your words.', examples: ['the shop'] });
const IsDisabled = z.boolean().describe('It is told of nothing. What is on its way to it is given up.');

/**
 * What is wrong with a target, as a sentence; `undefined`: nothing that can be seen by its text. On the public internet it
 * is told by TLS only.
 */
export function targetFault(text: string, targets: AllowedTargets): string | undefined {
  const url = URL.parse(text);
  if (url === null || text.length > URL_CHARS_MAX) return `A target is a URL of up to ${URL_CHARS_MAX} characters.`;
  if (url.username !== '' || url.password !== '') return 'A target has no user or password in it.';
  if (url.hash !== '') return 'A target has no fragment.';
  if (targets === 'any') return /^https?:$/.test(url.protocol) ? undefined : 'A target is an https: or http: URL.';
  if (url.protocol !== 'https:') return 'A target is an https: URL.';
  return isPublicHost(url.hostname) ? undefined : 'A target is on the public internet.';
}

/** An endpoint as it is shown: without its secret. */
export const ShownWebhookEndpoint = z
  .object({
    endpointId: WebhookEndpointId,
    tenantId: TenantId,
    url: z.string().meta({ description: 'Where it is told.', examples: ['https://hooks.example.com/sluice'] }),
    events: Events,
    description: z.string().meta({ description: 'What it is, in your words.', examples: ['the shop'] }),
    isDisabled: IsDisabled,
    createdAtMs: z.int().describe('When it was made.'),
  })
  .meta({ id: 'WebhookEndpoint', description: 'A webhook endpoint, without its secret.' });
export type ShownWebhookEndpoint = z.infer<typeof ShownWebhookEndpoint>;

/** An endpoint as it is stored. The secret has to be there in plain: deliveries are signed with it. */
export const WebhookEndpoint = z.object({
  ...ShownWebhookEndpoint.shape,
  /** The newest first. While one is changed for another, both sign. */
  secrets: z.array(z.object({ secret: z.string(), untilMs: z.int().nullable() })).min(1),
});
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>;

/** `POST /v1/webhook-endpoints`. */
export const WebhookEndpointCreate = z
  .strictObject({ url: Url, events: Events.default(null), description: Description.default('') })
  .meta({ id: 'WebhookEndpointCreate', description: 'The webhook endpoint to be made.' });
/** `PATCH /v1/webhook-endpoints/{endpointId}`. */
export const WebhookEndpointChange = z
  .strictObject({
    url: Url.optional(),
    events: Events.optional(),
    description: Description.optional(),
    isDisabled: IsDisabled.optional(),
  })
  .meta({
    id: 'WebhookEndpointChange',
    description: 'What is to be changed of a webhook endpoint. What is not named stays as it is.',
    examples: [{ events: null, isDisabled: false }],
  });
export type WebhookEndpointChange = z.infer<typeof WebhookEndpointChange>;

/** Standard Webhooks, "Signature scheme": 24 to 64 bytes, base64 after `whsec_`. */
const SECRET_BYTES = 32;
const ID_BYTES = 8;

export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

export function makeWebhookEndpointId(): WebhookEndpointId {
  return WebhookEndpointId.parse(randomBytes(ID_BYTES).toString('hex'));
}

export function shownEndpoint({ secrets: _, ...shown }: WebhookEndpoint): ShownWebhookEndpoint {
  return shown;
}

export function changeEndpoint(endpoint: WebhookEndpoint, change: WebhookEndpointChange): WebhookEndpoint {
  return {
    ...endpoint,
    url: change.url ?? endpoint.url,
    // `null` is a value here: everything.
    events: change.events === undefined ? endpoint.events : change.events,
    description: change.description ?? endpoint.description,
    isDisabled: change.isDisabled ?? endpoint.isDisabled,
  };
}

/** Receivers that were not told of the new secret yet go by the old one for so long. */
const OLD_SECRET_MS = 24 * 3_600_000;

/** With another secret beside the one that there is. */
export function rotateSecret(endpoint: WebhookEndpoint, secret: string, nowMs: number): WebhookEndpoint {
  const [newest] = endpoint.secrets;
  const old = newest === undefined ? [] : [{ secret: newest.secret, untilMs: nowMs + OLD_SECRET_MS }];
  return { ...endpoint, secrets: [{ secret, untilMs: null }, ...old] };
}

/** What deliveries are signed with now. */
export function signingSecrets({ secrets }: WebhookEndpoint, nowMs: number): string[] {
  return secrets.filter(({ untilMs }) => untilMs === null || untilMs > nowMs).map(({ secret }) => secret);
}
