import { z } from 'zod';
import { type Delivery, DeliveryState } from '../../webhooks/delivery.ts';
import { type ShownWebhookEndpoint, WebhookEndpointId } from '../../webhooks/webhook-endpoint.ts';
import { WEBHOOK_EVENT_TYPES, WebhookEventType } from '../../webhooks/webhook-event.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { CommandGroup } from '../help.ts';
import { flag, Limit, listOf, needed, value } from '../options.ts';
import { moreText, rowsOf } from '../pages.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { agoText } from '../text/quantities.ts';
import { record } from '../text/record.ts';
import { type Cell, table } from '../text/table.ts';

const endpoint = needed('ENDPOINT', 'the id of a webhook endpoint', WebhookEndpointId);

const list = command({
  name: 'webhooks list',
  summary: 'who is told of what happens to broadcasts',
  parameters: z.object({}),
  options: z.object({}),
  async run({ connect }) {
    const client = await connect();
    const answer = await client['webhook-endpoints'].$get();
    if (answer.status !== 200) throw await refused(answer);
    const { webhookEndpoints } = await answer.json();
    return { json: { webhookEndpoints }, text: (page) => listText(webhookEndpoints, page) };
  },
});

const create = command({
  name: 'webhooks create',
  summary: 'have an address told of what happens',
  details: `Signed (Standard Webhooks), and again for a day where it does not answer with 2xx. The secret is shown this once. Events: ${WEBHOOK_EVENT_TYPES.join(', ')}.`,
  examples: ['sluice webhooks create https://hooks.example.com/sluice --events broadcast.started,broadcast.ended'],
  parameters: z.object({ url: needed('URL', 'where it is told', z.url()) }),
  options: z.object({
    events: value('LIST', 'only of these events (all)', listOf(z.string().pipe(WebhookEventType))),
    description: value('TEXT', 'what it is, in your words', z.string().trim().max(200)),
  }),
  async run({ connect }, { url }, { events, description }) {
    const json = { url, ...(events !== undefined && { events }), ...(description !== undefined && { description }) };
    const client = await connect();
    const answer = await client['webhook-endpoints'].$post({ json });
    if (answer.status !== 201) throw await refused(answer);
    const made = await answer.json();
    const text = (page: Page) =>
      `${record(
        [
          ['endpoint', made.endpointId],
          ['address', made.url],
          ['told of', eventsOf(made)],
          ['secret', { text: made.secret, tone: 'strong' }],
        ],
        page,
      )}\nThe secret is shown this once: what comes is signed with it. sluice webhooks test ${made.endpointId} sends something.\n`;
    return { json: made, text };
  },
});

const test = command({
  name: 'webhooks test',
  summary: 'send a test event to an endpoint',
  parameters: z.object({ endpoint }),
  options: z.object({}),
  async run({ connect }, { endpoint: endpointId }) {
    const client = await connect();
    const answer = await client['webhook-endpoints'][':endpointId'].test.$post({ param: { endpointId } });
    if (answer.status !== 202) throw await refused(answer);
    const sent = await answer.json();
    const look = `sluice webhooks deliveries ${endpointId} --state delivered (or pending, dead) says what came of it.`;
    return { json: sent, text: () => `${sent.messageId} will be sent.\n${look}\n` };
  },
});

const deliveries = command({
  name: 'webhooks deliveries',
  summary: 'what an endpoint was told, is told, or could not be told',
  parameters: z.object({ endpoint }),
  options: z.object({
    state: value('STATE', 'pending, delivered or dead: given up (dead)', z.string().pipe(DeliveryState)),
    limit: Limit,
  }),
  async run({ connect }, { endpoint: endpointId }, { state = 'dead', limit }) {
    const client = await connect();
    const route = client['webhook-endpoints'][':endpointId'].deliveries;
    const { rows, hasMore } = await rowsOf(limit, async ({ limit, from }) => {
      const query = { state, limit, ...(from !== undefined && { after: from }) };
      const answer = await route.$get({ param: { endpointId }, query });
      if (answer.status !== 200) throw await refused(answer);
      const { deliveries, next } = await answer.json();
      return { rows: deliveries, next };
    });
    const text = (page: Page) => deliveriesText(rows, state, page) + moreText(hasMore, limit);
    return { json: { deliveries: rows, hasMore }, text };
  },
});

const resend = command({
  name: 'webhooks resend',
  summary: 'send again what was delivered or given up',
  parameters: z.object({
    endpoint,
    delivery: needed('DELIVERY', 'the id of a delivery, as webhooks deliveries has it', z.string().min(1).max(400)),
  }),
  options: z.object({}),
  async run({ connect }, { endpoint: endpointId, delivery }) {
    // It has a # in it, and the client puts into a path what it is given.
    const deliveryId = encodeURIComponent(delivery);
    const client = await connect();
    const route = client['webhook-endpoints'][':endpointId'].deliveries[':deliveryId'].resend;
    const answer = await route.$post({ param: { endpointId, deliveryId } });
    if (answer.status !== 202) throw await refused(answer);
    const sent = await answer.json();
    return { json: sent, text: () => `${sent.messageId} will be sent again.\n` };
  },
});

const remove = command({
  name: 'webhooks delete',
  summary: 'tell an endpoint of nothing any more',
  parameters: z.object({ endpoint }),
  options: z.object({ yes: flag('do not ask') }),
  async run(context, { endpoint: endpointId }, { yes }) {
    const client = await context.connect();
    const one = { param: { endpointId } };
    const found = await client['webhook-endpoints'][':endpointId'].$get(one);
    if (found.status !== 200) throw await refused(found);
    const { url } = await found.json();
    const sentence = `${url} is told of nothing any more, and what is on its way is given up.`;
    await confirm(context, { sentence, name: endpointId, isConfirmed: yes });
    const answer = await client['webhook-endpoints'][':endpointId'].$delete(one);
    if (!answer.ok) throw await refused(answer);
    return { json: { endpointId, isDeleted: true }, text: () => `Webhook endpoint ${endpointId} is deleted.\n` };
  },
});

export const WEBHOOKS: CommandGroup = {
  name: 'webhooks',
  summary: 'who is told of what happens',
  commands: [list, create, test, deliveries, resend, remove],
};

function eventsOf({ events }: Pick<ShownWebhookEndpoint, 'events'>): string {
  return events === null ? 'everything' : events.join(' ');
}

function listText(endpoints: readonly ShownWebhookEndpoint[], page: Page): string {
  if (endpoints.length === 0) return 'Nobody is told of anything. sluice webhooks create URL changes that.\n';
  const columns = [
    { title: 'ENDPOINT' },
    { title: 'ADDRESS', columnsMin: 20 },
    { title: 'TOLD OF', columnsMin: 10 },
    { title: 'STATE' },
    { title: 'DESCRIPTION', columnsMin: 8 },
  ];
  const rows = endpoints.map((each): Cell[] => [
    each.endpointId,
    each.url,
    eventsOf(each),
    each.isDisabled ? { text: 'disabled', tone: 'warn' } : { text: 'on', tone: 'good' },
    each.description,
  ]);
  return table(columns, rows, page);
}

function deliveriesText(
  all: readonly (Delivery & { readonly deliveryId: string })[],
  state: DeliveryState,
  page: Page,
): string {
  if (all.length === 0) return `None is ${state}. --state shows others: ${DeliveryState.options.join(', ')}.\n`;
  // Ids are long: behind everything else they break no column. What is pending cannot be sent again, so needs none.
  const columns = [
    { title: 'EVENT' },
    { title: 'WHEN' },
    { title: 'TRIES', align: 'right' as const },
    { title: 'LAST TRY', columnsMin: 24 },
    ...(state === 'pending' ? [] : [{ title: 'DELIVERY' }]),
  ];
  const rows = all.map(({ deliveryId, payload, createdAtMs, tries, lastTry }): Cell[] => [
    payload.type,
    { text: agoText(createdAtMs, page.nowMs), tone: 'dim' },
    String(tries),
    lastTry === null
      ? 'none yet'
      : { text: lastTry.fault ?? `${lastTry.status}`, tone: lastTry.fault === null ? 'good' : 'bad' },
    deliveryId,
  ]);
  return table(columns, rows, page);
}
