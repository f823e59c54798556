import { randomUUID } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import type { AllowedTargets } from '../access/allowed-targets.ts';
import type { Caller } from '../access/caller.ts';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import type { Deliveries, KeptDelivery } from './deliveries.ts';
import { Delivery, DeliveryState } from './delivery.ts';
import {
  changeEndpoint,
  makeWebhookEndpointId,
  makeWebhookSecret,
  rotateSecret,
  ShownWebhookEndpoint,
  shownEndpoint,
  targetFault,
  type WebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointCreate,
  WebhookEndpointId,
} from './webhook-endpoint.ts';
import { WEBHOOK_ENDPOINTS_PER_TENANT_MAX, type WebhookEndpoints } from './webhook-endpoints.ts';
import { isoTime, type WebhookEvent } from './webhook-event.ts';
import type { WebhookOutbox } from './webhook-outbox.ts';

const TOO_MANY = `There are ${WEBHOOK_ENDPOINTS_PER_TENANT_MAX} webhook endpoints already.`;

const EndpointPath = z.object({ endpointId: WebhookEndpointId });
/** Of what the longest names are in it: a channel's, an event's (twice, where it is told again), a time. */
const DELIVERY_ID_CHARS_MAX = 400;
const DeliveryId = z
  .string()
  .min(1)
  .max(DELIVERY_ID_CHARS_MAX)
  .regex(/^[!-~]+$/, 'a delivery id is of visible characters')
  .meta({
    description: 'Names a delivery while it is in its state.',
    examples: ['0001793642400000#msg_demo_1793556000001'],
  });
const DeliveryPath = z.object({ ...EndpointPath.shape, deliveryId: DeliveryId });
const ShownDelivery = z
  .object({ endpointId: WebhookEndpointId, deliveryId: DeliveryId, state: DeliveryState, ...Delivery.shape })
  .meta({ id: 'WebhookDelivery', description: 'One event on its way to one endpoint, or at the end of it.' });
const DeliveryPageShown = z
  .object({
    deliveries: z.array(ShownDelivery),
    next: DeliveryId.nullable().meta({
      description: 'What to send as `after` for the next page; `null`: there is none.',
      examples: [null],
    }),
  })
  .meta({
    id: 'WebhookDeliveryPage',
    description: 'Deliveries: pending ones in their order, others the newest first.',
  });
const EndpointList = z
  .object({ webhookEndpoints: z.array(ShownWebhookEndpoint) })
  .meta({ id: 'WebhookEndpointList', description: 'All webhook endpoints of a tenant, the oldest first.' });
const MadeEndpoint = z
  .object({
    ...ShownWebhookEndpoint.shape,
    secret: z.string().meta({
      description: 'What its webhooks are signed with (Standard Webhooks). Secret.',
      examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0d2mXq1v3nY='],
    }),
  })
  .meta({ id: 'MadeWebhookEndpoint', description: 'A webhook endpoint with the secret that was just made.' });
const SentMessage = z
  .object({ messageId: Delivery.shape.messageId })
  .meta({ id: 'WebhookMessage', description: 'What will be sent: `webhook-id` in the head of the request.' });
const DeliveryQuery = z.object({
  state: DeliveryState.default('dead'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many at most.'),
  after: DeliveryId.optional().describe('`next` of the page before: its last delivery.'),
});

export interface WebhookParts {
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: Deliveries;
  readonly webhooks: WebhookOutbox;
  readonly targets: AllowedTargets;
  readonly nowMs: () => number;
}

/** `/v1/webhook-endpoints`. */
export function webhookRoutes({ endpoints, deliveries, webhooks, targets, nowMs }: WebhookParts) {
  async function ownEndpoint({ tenantId }: Caller, endpointId: WebhookEndpointId): Promise<WebhookEndpoint> {
    const kept = await endpoints.get(tenantId, endpointId);
    if (kept === undefined) throw new Refusal('no-such-webhook-endpoint');
    return kept.value;
  }

  function assertTarget(url: string | undefined): void {
    const fault = url === undefined ? undefined : targetFault(url, targets);
    if (fault !== undefined) throw new Refusal('webhook-target-refused', fault);
  }

  return newApi()
    .openapi(CREATE, async (c) => {
      const chosen = c.req.valid('json');
      assertTarget(chosen.url);
      const secret = makeWebhookSecret();
      const endpoint: WebhookEndpoint = {
        endpointId: makeWebhookEndpointId(),
        tenantId: c.var.caller.tenantId,
        ...chosen,
        isDisabled: false,
        createdAtMs: nowMs(),
        secrets: [{ secret, untilMs: null }],
      };
      if ((await endpoints.create(endpoint)) === 'full') throw new Refusal('too-many-webhook-endpoints', TOO_MANY);
      return c.json({ ...shownEndpoint(endpoint), secret }, 201);
    })
    .openapi(LIST, async (c) => {
      const all = await endpoints.list(c.var.caller.tenantId);
      return c.json({ webhookEndpoints: all.map(shownEndpoint) }, 200);
    })
    .openapi(SHOW, async (c) => {
      return c.json(shownEndpoint(await ownEndpoint(c.var.caller, c.req.valid('param').endpointId)), 200);
    })
    .openapi(CHANGE, async (c) => {
      const change = c.req.valid('json');
      assertTarget(change.url);
      const { endpointId } = c.req.valid('param');
      const changed = await endpoints.change(c.var.caller.tenantId, endpointId, (kept) => changeEndpoint(kept, change));
      if (changed === undefined) throw new Refusal('no-such-webhook-endpoint');
      return c.json(shownEndpoint(changed), 200);
    })
    .openapi(ROTATE, async (c) => {
      const { endpointId } = c.req.valid('param');
      const secret = makeWebhookSecret();
      const changed = await endpoints.change(c.var.caller.tenantId, endpointId, (kept) =>
        rotateSecret(kept, secret, nowMs()),
      );
      if (changed === undefined) throw new Refusal('no-such-webhook-endpoint');
      return c.json({ ...shownEndpoint(changed), secret }, 200);
    })
    .openapi(TEST, async (c) => {
      const endpoint = await ownEndpoint(c.var.caller, c.req.valid('param').endpointId);
      const messageId = `msg_test_${randomUUID()}`;
      const payload = { type: 'webhook.test' as const, timestamp: isoTime(nowMs()), data: {} };
      await webhooks.tellOne(endpoint, { messageId, group: messageId, sequence: 0, payload });
      return c.json({ messageId }, 202);
    })
    .openapi(DELETE, async (c) => {
      const { endpointId } = c.req.valid('param');
      const { tenantId } = c.var.caller;
      if ((await endpoints.get(tenantId, endpointId)) === undefined) return c.body(null, 204);
      await endpoints.remove(tenantId, endpointId);
      await deliveries.forget(endpointId);
      return c.body(null, 204);
    })
    .openapi(DELIVERIES, async (c) => {
      const { state, limit, after } = c.req.valid('query');
      const { endpointId } = await ownEndpoint(c.var.caller, c.req.valid('param').endpointId);
      const found = await deliveries.page(endpointId, state, { limit: limit + 1, after });
      const page = found.slice(0, limit);
      const next = found.length > limit ? (page.at(-1)?.sort ?? null) : null;
      const shown = page.map(({ sort, value }) => ({ endpointId, deliveryId: sort, state, ...value }));
      return c.json({ deliveries: shown, next }, 200);
    })
    .openapi(RESEND, async (c) => {
      const { endpointId, deliveryId } = c.req.valid('param');
      const endpoint = await ownEndpoint(c.var.caller, endpointId);
      const dead = await deliveries.settled(endpointId, 'dead', deliveryId);
      const settled = dead ?? (await deliveries.settled(endpointId, 'delivered', deliveryId));
      if (settled === undefined) throw new Refusal('no-such-delivery');
      await webhooks.tellOne(endpoint, again(settled));
      if (dead !== undefined) await deliveries.drop(dead);
      return c.json({ messageId: settled.value.messageId }, 202);
    });
}

/** By itself, and not among what goes on in its broadcast: its turn there is over. */
function again({ value }: KeptDelivery): WebhookEvent {
  const { messageId, payload } = value;
  return { messageId, group: `again-${messageId}`, sequence: 0, payload };
}

const tags = ['webhooks'];
const ONE = '/{endpointId}';

const CREATE = createRoute({
  ...secured('webhooks:write'),
  operationId: 'createWebhookEndpoint',
  tags,
  method: 'post',
  path: '/',
  summary: 'Make a webhook endpoint',
  description:
    'It is told what happens to broadcasts: signed (Standard Webhooks), at least once, in order within a broadcast, again for a day where it does not answer with 2xx. The secret is shown this once.',
  request: body(WebhookEndpointCreate),
  responses: {
    201: answers('The endpoint and its secret.', MadeEndpoint),
    ...refuses('too-many-webhook-endpoints', 'webhook-target-refused'),
  },
});

const LIST = createRoute({
  ...secured('webhooks:read'),
  operationId: 'listWebhookEndpoints',
  tags,
  method: 'get',
  path: '/',
  summary: 'List webhook endpoints',
  description: 'The oldest first, and never their secrets.',
  responses: {
    200: answers('All of them.', EndpointList),
    ...refuses(),
  },
});

const SHOW = createRoute({
  ...secured('webhooks:read'),
  operationId: 'showWebhookEndpoint',
  tags,
  method: 'get',
  path: ONE,
  summary: 'Show a webhook endpoint',
  description: 'Its secret is not shown again: make another one if it is lost.',
  request: { params: EndpointPath },
  responses: {
    200: answers('The endpoint, without its secret.', ShownWebhookEndpoint),
    ...refuses('no-such-webhook-endpoint'),
  },
});

const CHANGE = createRoute({
  ...secured('webhooks:write'),
  operationId: 'changeWebhookEndpoint',
  tags,
  method: 'patch',
  path: ONE,
  summary: 'Change a webhook endpoint',
  description: 'What is not named stays. What is on its way is sent to the new address.',
  request: { params: EndpointPath, ...body(WebhookEndpointChange) },
  responses: {
    200: answers('As it is now.', ShownWebhookEndpoint),
    ...refuses('no-such-webhook-endpoint', 'webhook-target-refused'),
  },
});

const ROTATE = createRoute({
  ...secured('webhooks:write'),
  operationId: 'rotateWebhookSecret',
  tags,
  method: 'post',
  path: `${ONE}/rotate-secret`,
  summary: 'Make another secret',
  description: 'For a day both sign: a delivery has a signature of each.',
  request: { params: EndpointPath },
  responses: { 200: answers('The endpoint and its new secret.', MadeEndpoint), ...refuses('no-such-webhook-endpoint') },
});

const TEST = createRoute({
  ...secured('webhooks:write'),
  operationId: 'testWebhookEndpoint',
  tags,
  method: 'post',
  path: `${ONE}/test`,
  summary: 'Send a test event',
  description: '`webhook.test`, whatever else the endpoint is told of. Its deliveries say what came of it.',
  request: { params: EndpointPath },
  responses: { 202: answers('It will be sent.', SentMessage), ...refuses('no-such-webhook-endpoint') },
});

const DELETE = createRoute({
  ...secured('webhooks:write'),
  operationId: 'deleteWebhookEndpoint',
  tags,
  method: 'delete',
  path: ONE,
  summary: 'Delete a webhook endpoint',
  description: 'With all that it was told, and what it was not.',
  request: { params: EndpointPath },
  responses: { ...nothing, ...refuses() },
});

const DELIVERIES = createRoute({
  ...secured('webhooks:read'),
  operationId: 'listWebhookDeliveries',
  tags,
  method: 'get',
  path: `${ONE}/deliveries`,
  summary: 'What an endpoint was told, is told, or could not be told',
  description: 'Delivered ones for 7 days, dead ones for 30. `next` is the `after` of the next page, or null.',
  request: { params: EndpointPath, query: DeliveryQuery },
  responses: {
    200: answers('A page.', DeliveryPageShown),
    ...refuses('no-such-webhook-endpoint'),
  },
});

const RESEND = createRoute({
  ...secured('webhooks:write'),
  operationId: 'resendWebhookDelivery',
  tags,
  method: 'post',
  path: `${ONE}/deliveries/{deliveryId}/resend`,
  summary: 'Send again what was delivered or given up',
  description: 'By itself, and not in its place among what else was told of the broadcast.',
  request: { params: DeliveryPath },
  responses: {
    202: answers('It will be sent.', SentMessage),
    ...refuses('no-such-webhook-endpoint', 'no-such-delivery'),
  },
});
