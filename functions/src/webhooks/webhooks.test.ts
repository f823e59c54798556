import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EdgeStory } from '../broadcasts/broadcast-fixture.ts';
import { refusalOf, TestApp } from '../test-app.ts';
import { WebhookReceiver } from './webhook-receiver-fixture.ts';

const PATH = '/v1/webhook-endpoints';
const Made = z.object({ endpointId: z.string(), secret: z.string(), url: z.string() });
const Deliveries = z.object({
  deliveries: z.array(
    z.looseObject({
      deliveryId: z.string(),
      messageId: z.string(),
      state: z.string(),
      tries: z.int(),
      lastTry: z.object({ status: z.int().nullable(), fault: z.string().nullable() }).nullable(),
      payload: z.looseObject({ type: z.string() }),
    }),
  ),
  next: z.string().nullable(),
});

let app: TestApp;
let receiver: WebhookReceiver;
let story: EdgeStory;
beforeEach(async () => {
  app = await TestApp.start();
  receiver = await WebhookReceiver.start();
  story = new EdgeStory(app.nowMs);
  await app.admin('POST', '/v1/channels', { channelId: 'one' });
});
afterEach(() => {
  app[Symbol.dispose]();
  receiver.close();
});

async function make(more: object = {}) {
  const answer = await app.admin('POST', PATH, { url: receiver.url, ...more });
  expect(answer.status).toBe(201);
  return Made.parse(await answer.json());
}
const tell = (...events: object[]) => app.fromEdge({ channelId: 'one', events });
const runDue = () => app.control.runner.runDue();
async function deliveries(endpointId: string, state: string, query = '') {
  const answer = await app.admin('GET', `${PATH}/${endpointId}/deliveries?state=${state}${query}`);
  return Deliveries.parse(await answer.json());
}

describe('an endpoint', () => {
  it('is told what happens to broadcasts, in order, signed by its secret', async () => {
    const { secret } = await make();
    await tell(story.started(), story.absent(1_000), story.back(2_000, 1_000), story.audience(60_000, 1, 1));
    await tell(story.ended(70_000), story.recorded(71_000));
    await runDue();
    expect(receiver.types).toEqual([
      'broadcast.started',
      'publisher.absent',
      'publisher.back',
      'broadcast.ended',
      'recording.ready',
    ]);
    for (const each of receiver.received) WebhookReceiver.verify(each, secret);
    const [first] = receiver.received;
    if (first === undefined) throw new Error('it came');
    expect(() => WebhookReceiver.verify(first, `whsec_${'A'.repeat(43)}=`)).toThrow(/no signature/);
    expect(first.data).toMatchObject({ broadcast: { channelId: 'one', state: 'live', tenantId: 'default' } });
    expect(new Set(receiver.received.map(({ messageId }) => messageId)).size).toBe(5);
  });

  it('is told of what it asked for, and of nothing else', async () => {
    await make({ events: ['broadcast.ended'] });
    await tell(story.started(), story.ended(1_000));
    await runDue();
    expect(receiver.types).toEqual(['broadcast.ended']);
  });

  it('is told of warnings, once each', async () => {
    await make({ events: ['health.warning'] });
    await tell(story.started());
    const { broadcastId } = story.absent(0);
    const event = { kind: 'health-warning', channelId: 'one', broadcastId, code: 'long-gop', sentence: 'Set 2 s.' };
    const events = [{ ...event, eventId: 'warning-1', atMs: app.nowMs }];
    await app.node('/v1/ingest/events', { nodeId: 'n', events });
    await app.node('/v1/ingest/events', { nodeId: 'n', events });
    await runDue();
    expect(receiver.received).toMatchObject([{ data: { warning: { code: 'long-gop', sentence: 'Set 2 s.' } } }]);
  });

  it('that does not take something is told again, later and later, and of nothing that came after it meanwhile', async () => {
    const { endpointId } = await make();
    receiver.statuses.push(500, 503, 302);
    await tell(story.started(), story.ended(1_000));
    await runDue();
    expect(receiver.types).toEqual(['broadcast.started']);
    app.nowMs += 3_999;
    await runDue();
    expect(receiver.received).toHaveLength(1);
    app.nowMs += 2_001;
    await runDue();
    app.nowMs += 12_000;
    await runDue();
    expect(receiver.types).toEqual(['broadcast.started', 'broadcast.started', 'broadcast.started']);
    const pending = await deliveries(endpointId, 'pending');
    expect(pending.deliveries).toMatchObject([
      { tries: 3, lastTry: { status: 302, fault: 'It answered 302.' } },
      { tries: 0 },
    ]);
    app.nowMs += 24_000;
    await runDue();
    expect(receiver.types.slice(3)).toEqual(['broadcast.started', 'broadcast.ended']);
    expect(new Set(receiver.received.slice(0, 4).map(({ messageId }) => messageId)).size).toBe(1);
    expect((await deliveries(endpointId, 'delivered')).deliveries).toHaveLength(2);
    expect((await deliveries(endpointId, 'pending')).deliveries).toEqual([]);
  });

  it('that is away for one broadcast is told of others', async () => {
    await make();
    const other = new EdgeStory(app.nowMs + 10, '0mxyz0001o1234567890abcd');
    receiver.statuses.push(500);
    await tell(story.started());
    await runDue();
    await app.fromEdge({ channelId: 'one', events: [other.started()] });
    await runDue();
    expect(
      receiver.received.map(({ data }) => z.object({ broadcast: z.looseObject({}) }).parse(data).broadcast),
    ).toMatchObject([{ broadcastId: story.absent(0).broadcastId }, { broadcastId: '0mxyz0001o1234567890abcd' }]);
  });

  it('that is away for a day is given up on; what it missed is listed, and sent when somebody asks', async () => {
    const { endpointId } = await make();
    receiver.statuses.push(...Array.from({ length: 60 }, () => 500));
    await tell(story.started(), story.ended(1_000));
    for (let hours = 0; hours < 26; hours += 1) {
      await runDue();
      app.nowMs += 3_600_000;
    }
    const { deliveries: dead } = await deliveries(endpointId, 'dead');
    expect(dead.map(({ payload }) => payload.type).sort()).toEqual(['broadcast.ended', 'broadcast.started']);
    receiver.statuses.length = 0;
    receiver.received.length = 0;
    const [first] = dead;
    if (first === undefined) throw new Error('it is listed');
    const resend = `${PATH}/${endpointId}/deliveries/${encodeURIComponent(first.deliveryId)}/resend`;
    expect((await app.admin('POST', resend)).status).toBe(202);
    await runDue();
    expect(receiver.received).toMatchObject([{ messageId: first.messageId }]);
    expect((await deliveries(endpointId, 'dead')).deliveries).toHaveLength(1);
    expect(await refusalOf(await app.admin('POST', resend))).toEqual([404, 'no-such-delivery']);
  });

  it('has its deliveries page by page, however long the names in them are', async () => {
    const channelId = 'c'.repeat(63);
    await app.admin('POST', '/v1/channels', { channelId });
    const { endpointId } = await make({ events: ['health.warning'] });
    const { broadcastId } = story.absent(0);
    await app.fromEdge({ channelId, events: [story.started()] });
    const warning = { kind: 'health-warning', channelId, broadcastId, code: 'long-gop', sentence: 'Set 2 s.' };
    const events = ['a', 'b'].map((letter) => ({ ...warning, eventId: letter.repeat(64), atMs: app.nowMs }));
    await app.node('/v1/ingest/events', { nodeId: 'n', events });
    await runDue();
    for (const { deliveryId } of (await deliveries(endpointId, 'delivered')).deliveries) {
      await app.admin('POST', `${PATH}/${endpointId}/deliveries/${encodeURIComponent(deliveryId)}/resend`);
    }
    const { deliveries: first, next } = await deliveries(endpointId, 'pending', '&limit=1');
    const { deliveries: rest } = await deliveries(
      endpointId,
      'pending',
      `&limit=1&after=${encodeURIComponent(next ?? '')}`,
    );
    expect([...first, ...rest].map(({ messageId }) => messageId.at(-1))).toEqual(['a', 'b']);
  });

  it.each([{ events: [] }, { events: ['broadcast.begun'] }, { isDisabled: true }, { url: 1 }])(
    'is not made of %j',
    async (more) => {
      const answer = await app.admin('POST', PATH, { url: receiver.url, ...more });
      expect(await refusalOf(answer)).toEqual([400, 'request-invalid']);
    },
  );

  it('that says 410 is not told again', async () => {
    const { endpointId } = await make();
    receiver.statuses.push(410);
    await tell(story.started());
    await runDue();
    expect((await deliveries(endpointId, 'dead')).deliveries).toMatchObject([{ lastTry: { status: 410 } }]);
  });

  it('that is disabled is told of nothing', async () => {
    const { endpointId } = await make();
    await app.admin('PATCH', `${PATH}/${endpointId}`, { isDisabled: true });
    await tell(story.started());
    await runDue();
    expect(receiver.received).toEqual([]);
  });

  it('is signed for by both secrets while one takes the place of the other', async () => {
    const { endpointId, secret } = await make();
    const rotated = Made.parse(await (await app.admin('POST', `${PATH}/${endpointId}/rotate-secret`)).json());
    await app.admin('POST', `${PATH}/${endpointId}/test`);
    await runDue();
    app.nowMs += 24 * 3_600_000;
    await app.admin('POST', `${PATH}/${endpointId}/test`);
    await runDue();
    const [first, second] = receiver.received;
    if (first === undefined || second === undefined) throw new Error('both came');
    for (const each of [secret, rotated.secret]) WebhookReceiver.verify(first, each);
    WebhookReceiver.verify(second, rotated.secret);
    expect(() => WebhookReceiver.verify(second, secret)).toThrow();
    expect(receiver.types).toEqual(['webhook.test', 'webhook.test']);
  });

  it('goes with all that it was told', async () => {
    const { endpointId } = await make();
    receiver.statuses.push(500);
    await tell(story.started());
    await runDue();
    for (let times = 0; times < 2; times += 1) {
      expect((await app.admin('DELETE', `${PATH}/${endpointId}`)).status).toBe(204);
    }
    app.nowMs += 3_600_000;
    await runDue();
    expect(receiver.received).toHaveLength(1);
    expect(await refusalOf(await app.admin('GET', `${PATH}/${endpointId}`))).toEqual([404, 'no-such-webhook-endpoint']);
    expect(await app.control.queue.nextAtMs()).toBeUndefined();
  });

  it('shows its secret once, and never again', async () => {
    const { endpointId, secret } = await make({ description: 'the shop' });
    const list = await (await app.admin('GET', PATH)).text();
    const one = await (await app.admin('GET', `${PATH}/${endpointId}`)).text();
    expect(JSON.parse(list)).toMatchObject({ webhookEndpoints: [{ endpointId, description: 'the shop' }] });
    expect(list + one).not.toContain(secret);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });

  it('is nobody else’s', async () => {
    const { endpointId } = await make();
    await app.admin('POST', '/v1/tenants', { tenantId: 'others' });
    const others = { 'sluice-tenant': 'others' };
    const one = `${PATH}/${endpointId}`;
    for (const [method, path, body] of [
      ['GET', one, undefined],
      ['PATCH', one, { isDisabled: true }],
      ['POST', `${one}/rotate-secret`, undefined],
      ['POST', `${one}/test`, undefined],
      ['GET', `${one}/deliveries`, undefined],
    ] as const) {
      expect(await refusalOf(await app.admin(method, path, body, others))).toEqual([404, 'no-such-webhook-endpoint']);
    }
    expect((await app.admin('DELETE', one, undefined, others)).status).toBe(204);
    expect((await app.admin('GET', one)).status).toBe(200);
    await app.admin('POST', '/v1/channels', { channelId: 'theirs' }, others);
    await app.fromEdge({ channelId: 'theirs', events: [story.started()] });
    await runDue();
    expect(receiver.received).toEqual([]);
  });

  it('finds no room when there are as many as there may be', async () => {
    for (let index = 0; index < 10; index += 1) await make();
    expect(await refusalOf(await app.admin('POST', PATH, { url: receiver.url }))).toEqual([
      409,
      'too-many-webhook-endpoints',
    ]);
  });

  it('outlives the process: what was not told is told by the next one', async () => {
    await make();
    await tell(story.started());
    using next = await TestApp.start({ directory: app.directory });
    next.nowMs = app.nowMs;
    await next.control.runner.runDue();
    expect(receiver.types).toEqual(['broadcast.started']);
  });
});

describe('a forged target', () => {
  it.each([
    'http://example.com/hook',
    'https://127.0.0.1/hook',
    'https://127.1/hook',
    'https://2130706433/hook',
    'https://0x7f.0.0.1/hook',
    'https://localhost/hook',
    'https://metadata.google.internal/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://172.16.0.1/',
    'https://100.64.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://0.0.0.0/',
    'https://user:password@example.com/',
    'https://example.com/#fragment',
    'ftp://example.com/',
    'file:///etc/passwd',
    'not a url',
    '',
  ])('is refused: %s', async (url) => {
    using strict = await TestApp.start({ targets: 'public' });
    const made = await strict.admin('POST', PATH, { url });
    expect(await refusalOf(made)).toEqual([422, 'webhook-target-refused']);
    const { endpointId } = Made.parse(
      await (await strict.admin('POST', PATH, { url: 'https://example.com/hook' })).json(),
    );
    const changed = await strict.admin('PATCH', `${PATH}/${endpointId}`, { url });
    expect(await refusalOf(changed)).toEqual([422, 'webhook-target-refused']);
  });

  it('that was let in under other rules is not told of anything', async () => {
    const { endpointId } = await make();
    using strict = await TestApp.start({ targets: 'public', directory: app.directory });
    strict.nowMs = app.nowMs;
    await strict.admin('POST', `${PATH}/${endpointId}/test`);
    await strict.control.runner.runDue();
    expect(receiver.received).toEqual([]);
    expect((await deliveries(endpointId, 'pending')).deliveries).toMatchObject([
      { lastTry: { status: null, fault: 'A target is an https: URL.' } },
    ]);
  });
});
