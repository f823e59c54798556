import { CHECKED_PUBLISHERS_MAX, RESTREAM_TARGETS_MAX } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, TestApp } from '../test-app.ts';
import { HEARD_OF_MS } from './restream-statuses.ts';
import { ShownRestreamTarget } from './restream-target.ts';

const TARGETS = '/v1/channels/one/restream-targets';
const KEY = 'THE-SECRET-KEY';
const target = { url: 'rtmp://live.example/app', streamKey: KEY, label: 'elsewhere' };

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start({ targets: 'public' });
  await app.admin('POST', '/v1/channels', { channelId: 'one' });
});
afterEach(() => app[Symbol.dispose]());

const Listed = z.object({ targets: z.array(ShownRestreamTarget.strict()) });

async function make(body: object = target, channel: TestApp = app): Promise<ShownRestreamTarget> {
  const answer = await channel.admin('POST', TARGETS, body);
  expect(answer.status).toBe(201);
  return ShownRestreamTarget.strict().parse(await answer.json());
}

async function list(): Promise<ShownRestreamTarget[]> {
  return Listed.parse(await (await app.admin('GET', TARGETS)).json()).targets;
}

const StreamKeyMade = z.object({ streamKey: z.string(), keyId: z.string() });
const Authorized = z.object({
  settings: z.object({ restream: z.object({ version: z.int(), targets: z.array(z.unknown()) }) }),
  grant: z.string(),
  keyId: z.string(),
  authorizedAtMs: z.int(),
});

async function authorize(): Promise<z.infer<typeof Authorized>> {
  const made = StreamKeyMade.parse(await (await app.admin('POST', '/v1/channels/one/stream-keys', {})).json());
  const asked = { streamKey: made.streamKey, protocol: 'rtmp', clientAddress: '192.0.2.1', nodeId: 'node-1' };
  return Authorized.parse(await (await app.node('/v1/ingest/authorize', asked)).json());
}

describe('restream targets', () => {
  it('are made, listed, changed and deleted, and never show a key', async () => {
    const made = await make({ ...target, url: `${target.url}?token=${KEY}` });
    const shown = { label: 'elsewhere', address: 'rtmp://live.example/app', isDisabled: false, status: null };
    expect(made).toMatchObject(shown);
    expect(await list()).toEqual([made]);
    app.nowMs += 1_000;
    const answer = await app.admin('PATCH', `${TARGETS}/${made.targetId}`, { isDisabled: true, label: 'off' });
    const changed = ShownRestreamTarget.parse(await answer.json());
    expect(changed).toEqual({ ...made, isDisabled: true, label: 'off', changedAtMs: app.nowMs });
    expect(JSON.stringify([made, changed, await list()])).not.toContain('SECRET');
    for (const _ of [1, 2]) expect((await app.admin('DELETE', `${TARGETS}/${made.targetId}`)).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  it.each([
    [{ ...target, url: `rtmp://live.example/${KEY} x` }, 'request-invalid'],
    [{ ...target, url: `http://live.example/${KEY}` }, 'request-invalid'],
    [{ ...target, url: 'rtmp://live.example' }, 'request-invalid'],
    [{ url: 'rtmp://live.example/app' }, 'request-invalid'],
    [{ ...target, more: 1 }, 'request-invalid'],
    [{ ...target, streamKey: '' }, 'request-invalid'],
    [{ ...target, streamKey: `${KEY} x` }, 'request-invalid'],
    [{ ...target, url: 'rtmp://127.0.0.1/app' }, 'target-not-public'],
    [{ ...target, url: 'rtmp://localhost/app' }, 'target-not-public'],
    [{ ...target, url: 'rtmp://[::ffff:10.0.0.1]/app' }, 'target-not-public'],
    [{ ...target, url: 'rtmp://2130706433/app' }, 'target-not-public'],
    [{ url: 'srt://169.254.169.254:80', label: '' }, 'target-not-public'],
  ])('refuse %j as %s, without a word of it, and log nothing', async (body, code) => {
    const answer = await app.admin('POST', TARGETS, body);
    const text = await answer.clone().text();
    expect(await refusalOf(answer)).toEqual([400, code]);
    expect(text + app.logLines.join()).not.toMatch(/SECRET|127\.0|169\.254|10\.0\.0/);
    expect(await list()).toEqual([]);
  });

  it('inside of a network are taken where that is allowed', async () => {
    using intranet = await TestApp.start({ targets: 'any' });
    await intranet.admin('POST', '/v1/channels', { channelId: 'one' });
    expect(await make({ ...target, url: 'rtmp://127.0.0.1:1935/app' }, intranet)).toMatchObject({
      address: 'rtmp://127.0.0.1/app',
    });
  });

  it('are so many of a channel', async () => {
    for (let index = 0; index < RESTREAM_TARGETS_MAX; index += 1) await make();
    expect(await refusalOf(await app.admin('POST', TARGETS, target))).toEqual([409, 'too-many-restream-targets']);
    expect(await list()).toHaveLength(RESTREAM_TARGETS_MAX);
  });

  it('with another URL want a key with it, so that the one that is kept goes nowhere else', async () => {
    const { targetId } = await make();
    const one = `${TARGETS}/${targetId}`;
    expect(await refusalOf(await app.admin('PATCH', one, { url: 'rtmp://evil.example/app' }))).toEqual([
      400,
      'request-invalid',
    ]);
    expect((await app.admin('PATCH', one, { url: target.url })).status).toBe(200);
    expect((await app.admin('PATCH', one, { url: 'rtmp://b.example/app', streamKey: 'other' })).status).toBe(200);
    expect((await app.admin('PATCH', one, { url: 'rtmp://c.example/app/key', streamKey: null })).status).toBe(200);
    expect((await list())[0]?.address).toBe('rtmp://c.example/app');
    expect(await refusalOf(await app.admin('PATCH', one, { streamKey: null, url: 'rtmp://10.0.0.1/app/k' }))).toEqual([
      400,
      'target-not-public',
    ]);
  });

  it('are of channels and targets that there are', async () => {
    expect(await refusalOf(await app.admin('GET', '/v1/channels/gone/restream-targets'))).toEqual([
      404,
      'no-such-channel',
    ]);
    const unknown = `${TARGETS}/0123456789abcdef`;
    expect(await refusalOf(await app.admin('PATCH', unknown, {}))).toEqual([404, 'no-such-restream-target']);
    expect(await refusalOf(await app.admin('PATCH', `${TARGETS}/NO`, {}))).toEqual([400, 'request-invalid']);
  });

  it('want a token that is for them', async () => {
    const made = await app.admin('POST', '/v1/api-tokens', { name: 'a shop', scopes: ['restream:read'] });
    const { apiToken: token } = z.object({ apiToken: z.string() }).parse(await made.json());
    expect((await app.as(token, 'GET', TARGETS)).status).toBe(200);
    expect(await refusalOf(await app.as(token, 'POST', TARGETS, target))).toEqual([403, 'scope-missing']);
  });
});

describe('a node', () => {
  it('is given the targets that are not disabled, with their keys', async () => {
    const { targetId } = await make();
    await make({ ...target, isDisabled: true });
    const srt = await make({ url: 'srt://live.example:9000?passphrase=1234567890' });
    expect((await authorize()).settings.restream).toEqual({
      version: 3,
      targets: [
        { targetId, url: target.url, streamKey: KEY },
        { targetId: srt.targetId, url: 'srt://live.example:9000?passphrase=1234567890' },
      ],
    });
  });

  it('hears that there are others by the check, and of which by renewing its grant', async () => {
    const { grant, keyId, authorizedAtMs, settings } = await authorize();
    const publisher = { channelId: 'one', keyId, authorizedAtMs, restreamVersion: settings.restream.version };
    const check = async (asked: object) =>
      await (await app.node('/v1/ingest/check', { nodeId: 'node-1', publishers: [asked] })).json();
    expect(await check(publisher)).toEqual({ ended: [] });
    const { targetId } = await make();
    const changed = await check(publisher);
    expect(changed).toEqual({ ended: [], restreamChanged: ['one'] });
    // Whoever asks by a name of a key that is none is told nothing, and nobody is told a secret here.
    expect(await check({ ...publisher, keyId: 'another' })).toMatchObject({ ended: [{}] });
    expect(await check({ ...publisher, keyId: 'another' })).not.toHaveProperty('restreamChanged');
    const renewed = Authorized.parse(await (await app.node('/v1/ingest/renew', { grant, nodeId: 'node-1' })).json());
    expect(renewed.settings.restream).toEqual({ version: 1, targets: [{ targetId, url: target.url, streamKey: KEY }] });
    expect(await check({ ...publisher, restreamVersion: 1 })).toEqual({ ended: [] });
    expect(await check({ channelId: 'one', keyId, authorizedAtMs })).toEqual({ ended: [] });
  });

  it('may ask for as many as it can at once', async () => {
    const { keyId, authorizedAtMs } = await authorize();
    const publisher = { channelId: 'one', keyId, authorizedAtMs, restreamVersion: Number.MAX_SAFE_INTEGER };
    const publishers = Array.from({ length: CHECKED_PUBLISHERS_MAX }, () => publisher);
    const answer = await app.node('/v1/ingest/check', { nodeId: 'node-1', publishers });
    expect(await answer.json()).toEqual({ ended: [], restreamChanged: ['one'] });
  });
});

describe('the status of a target', () => {
  const figures = { sentBytes: 1_000, bitrateBps: 8_000, droppedPackets: 0 };
  const told = { kind: 'restream-status', channelId: 'one', broadcastId: '0123456789abcdef', ...figures };
  let events = 0;

  async function tell(event: object, nodeId = 'node-1'): Promise<unknown> {
    events += 1;
    const whole = { ...told, eventId: `event-${1_000 + events}`, atMs: app.nowMs, sinceMs: app.nowMs, ...event };
    return await (await app.node('/v1/ingest/events', { nodeId, events: [whole] })).json();
  }

  it('is the newest that was told, and no event of the channel', async () => {
    const { targetId } = await make();
    expect(await tell({ targetId, state: 'connecting' })).toEqual({ kept: 1, dropped: 0 });
    app.nowMs += 1_000;
    const sentence = 'It said no.';
    await tell({ targetId, state: 'failing', reason: 'refused', sentence });
    await tell({ targetId, state: 'live', atMs: app.nowMs - 10 });
    const status = { state: 'failing', reason: 'refused', sentence, sinceMs: app.nowMs, ...figures };
    expect((await list())[0]?.status).toEqual({ ...status, receivedAtMs: app.nowMs });
    expect(await (await app.admin('GET', '/v1/channels/one/events')).json()).toMatchObject({ events: [] });
    // Another node has another clock.
    await tell({ targetId, state: 'live', atMs: app.nowMs - 10 }, 'node-2');
    expect((await list())[0]?.status?.state).toBe('live');
  });

  it('comes beside what is logged, which the channel has alone', async () => {
    const { targetId } = await make();
    const common = { channelId: 'one', broadcastId: told.broadcastId, atMs: app.nowMs };
    const ended = { ...common, kind: 'broadcast-ended', eventId: 'ended-01', reason: 'peer-left' };
    const status = { ...told, targetId, eventId: 'status-1', atMs: app.nowMs, sinceMs: app.nowMs, state: 'live' };
    const batch = { nodeId: 'node-1', events: [status, ended, { ...status, targetId: '0123456789abcdef' }] };
    expect(await (await app.node('/v1/ingest/events', batch)).json()).toEqual({ kept: 2, dropped: 1 });
    expect((await list())[0]?.status?.state).toBe('live');
    const page = await (await app.admin('GET', '/v1/channels/one/events')).json();
    expect(page).toMatchObject({ events: [{ event: ended }], next: 1 });
  });

  it('is that it has stopped where its node is not heard of any more', async () => {
    const { targetId } = await make();
    await tell({ targetId, state: 'live' });
    const receivedAtMs = app.nowMs;
    app.nowMs += HEARD_OF_MS - 1;
    expect((await list())[0]?.status?.state).toBe('live');
    app.nowMs += 1;
    expect((await list())[0]?.status).toEqual({
      ...figures,
      state: 'stopped',
      reason: 'not-heard-of',
      sinceMs: receivedAtMs,
      receivedAtMs,
      bitrateBps: 0,
    });
  });

  it('is dropped where there is no such target, and goes with it', async () => {
    const { targetId } = await make();
    expect(await tell({ targetId: '0123456789abcdef', state: 'live' })).toEqual({ kept: 0, dropped: 1 });
    expect(await tell({ targetId, channelId: 'gone', state: 'live' })).toEqual({ kept: 0, dropped: 1 });
    await tell({ targetId, state: 'live' });
    await app.admin('DELETE', `${TARGETS}/${targetId}`);
    expect(await app.table.query({ partition: 'restream#one', limit: 10 })).toEqual([]);
    const other = await make();
    await tell({ targetId: other.targetId, state: 'live' });
    await app.admin('DELETE', '/v1/channels/one');
    expect(await app.table.query({ partition: 'restream#one', limit: 10 })).toEqual([]);
  });

  it.each([
    { state: 'elsewhere' },
    { state: 'live', reason: 'another' },
    { state: 'live', sentBytes: -1 },
    { state: 'live', sentence: 'x'.repeat(251) },
    { state: 'live', url: 'rtmp://live.example' },
  ])('is refused as %j', async (event) => {
    const { targetId } = await make();
    expect(await tell({ targetId, ...event })).toMatchObject({ code: 'request-invalid' });
  });
});
