import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_TENANT_ID } from '../tenants/tenant.ts';
import { type Delivery, retryDelayMs, stateAfter } from './delivery.ts';
import { makeWebhookEndpointId, makeWebhookSecret, type WebhookEndpoint } from './webhook-endpoint.ts';
import { WebhookReceiver } from './webhook-receiver-fixture.ts';
import { WebhookSender } from './webhook-sender.ts';

const nowMs = Date.UTC(2026, 10, 1);
const delivery: Delivery = {
  messageId: 'msg_one_1',
  group: 'g',
  sequence: 1,
  payload: { type: 'webhook.test', timestamp: new Date(nowMs).toISOString(), data: {} },
  createdAtMs: nowMs,
  tries: 0,
  lastTry: null,
};

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});
afterEach(() => receiver.close());

function endpoint(url: string): WebhookEndpoint {
  return {
    endpointId: makeWebhookEndpointId(),
    tenantId: DEFAULT_TENANT_ID,
    url,
    events: null,
    description: '',
    isDisabled: false,
    createdAtMs: nowMs,
    secrets: [{ secret: makeWebhookSecret(), untilMs: null }],
  };
}

describe('sending a webhook', () => {
  const sender = new WebhookSender({ targets: 'any', nowMs: () => nowMs });

  it('says what the receiver answered', async () => {
    receiver.statuses.push(204, 404);
    const to = endpoint(receiver.url);
    expect(await sender.send(to, delivery)).toEqual({ atMs: nowMs, status: 204, fault: null });
    expect(await sender.send(to, delivery)).toEqual({ atMs: nowMs, status: 404, fault: 'It answered 404.' });
    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-timestamp': String(nowMs / 1_000),
    });
  });

  it('does not follow a redirect', async () => {
    receiver.statuses.push(302);
    expect(await sender.send(endpoint(receiver.url), delivery)).toMatchObject({
      status: 302,
      fault: 'It answered 302.',
    });
    expect(receiver.received).toHaveLength(1);
  });

  it('says that nobody is there, or that the name is nobody’s', async () => {
    const { url } = receiver;
    receiver.close();
    expect(await sender.send(endpoint(url), delivery)).toMatchObject({ status: null, fault: /ECONNREFUSED/ });
    const named = await sender.send(endpoint('http://no-such-host.invalid/'), delivery);
    expect(named.fault).toMatch(/could not be reached: (ENOTFOUND|EAI_AGAIN)/);
  });

  it('to the public internet refuses a name that leads elsewhere, when it is resolved', async () => {
    const strict = new WebhookSender({ targets: 'public', nowMs: () => nowMs });
    // A name of the machine's own, whose address is loopback or private.
    const { hostname } = await import('node:os').then((os) => ({ hostname: os.hostname() }));
    const named = endpoint(`https://${hostname}.example.com/`);
    expect((await strict.send(named, delivery)).fault).toMatch(/could not be reached|not of the public internet/);
    const inner = await strict.send(endpoint('https://localhost/'), delivery);
    expect(inner.fault).toBe('A target is on the public internet.');
  });
});

describe('trying again', () => {
  it('waits 5 s, twice as long each time, and an hour at most', () => {
    expect([1, 2, 3, 4].map((tries) => retryDelayMs(tries, 0.5))).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(retryDelayMs(40, 0.5)).toBe(3_600_000);
    expect([retryDelayMs(1, 0), retryDelayMs(1, 1)]).toEqual([4_000, 6_000]);
  });

  it('ends after a day, or when the receiver says that it is gone', () => {
    const at = (atMs: number, status: number | null) => ({ atMs, status, fault: 'no' });
    expect(stateAfter(delivery, at(nowMs + 24 * 3_600_000 - 1, 500))).toBe('pending');
    expect(stateAfter(delivery, at(nowMs + 24 * 3_600_000, null))).toBe('dead');
    expect(stateAfter(delivery, at(nowMs, 410))).toBe('dead');
    expect(stateAfter(delivery, { atMs: nowMs, status: 200, fault: null })).toBe('delivered');
  });
});
