import {
  AUTHORIZE_REFUSALS,
  AuthorizeAnswer,
  CHECKED_PUBLISHERS_MAX,
  ChannelId,
  CheckAnswer,
  CheckedPublisher,
  GRANT_ALGORITHM,
  GRANT_AUDIENCE,
  GRANT_ISSUER,
  GrantClaims,
} from '@sluice/contracts';
import { createLocalJWKSet, decodeProtectedHeader, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BROADCAST_ID, EdgeStory } from '../broadcasts/broadcast-fixture.ts';
import { plantSeed } from '../seed.ts';
import { refusalOf, TestApp } from '../test-app.ts';
import { GRANT_LIFETIME_S, GRANT_RENEWABLE_S } from './grant-signer.ts';
import { UNKNOWN_KEYS_MAX } from './key-guesses.ts';

const AUTHORIZE = '/v1/ingest/authorize';
const RENEW = '/v1/ingest/renew';
const CHECK = '/v1/ingest/check';
const Made = z.object({ streamKey: z.string(), keyId: z.string() });
const STREAM_KEY = 'the-key-of-the-test';
const ask = { streamKey: STREAM_KEY, protocol: 'rtmp', clientAddress: '192.0.2.1', nodeId: 'node-1' };

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
  await plantSeed(
    app.channels,
    { channelId: ChannelId.parse('one'), streamKey: STREAM_KEY, profile: 'ultra' },
    app.nowMs,
  );
});
afterEach(() => app[Symbol.dispose]());

async function granted(answer: Response): Promise<AuthorizeAnswer> {
  expect(answer.status).toBe(200);
  return AuthorizeAnswer.parse(await answer.json());
}

/** As the edge reads it: with the public keys and nothing else. */
async function claimsOf(grant: string): Promise<GrantClaims> {
  const { payload } = await jwtVerify(grant, createLocalJWKSet(app.signer.jwks), {
    algorithms: [GRANT_ALGORITHM],
    issuer: GRANT_ISSUER,
    audience: GRANT_AUDIENCE,
    currentDate: new Date(app.nowMs),
  });
  return GrantClaims.parse(payload);
}

describe('authorize', () => {
  it('gives a key its channel’s settings, and a grant for that channel and node', async () => {
    await app.admin('PATCH', '/v1/channels/one', {
      takeover: 'refuse',
      dvrWindowS: 600,
      isPrivate: true,
      delivery: 'muxed',
      onDemand: true,
    });
    const answer = await granted(await app.node(AUTHORIZE, ask));
    expect(answer.settings).toEqual({
      channelId: 'one',
      profile: 'ultra',
      ladder: 'auto',
      takeover: 'refuse',
      reconnectWindowMs: 60_000,
      ingestBitrateBpsMax: 50_000_000,
      dvrWindowS: 600,
      isRecorded: false,
      onDemand: true,
      role: 'primary',
      restream: { version: 0, targets: [] },
    });
    expect(answer).toMatchObject({ keyId: 'seed', authorizedAtMs: app.nowMs });
    expect(answer.grantExpiresAtMs).toBe(app.nowMs + GRANT_LIFETIME_S * 1_000);
    expect(await claimsOf(answer.grant)).toMatchObject({
      sub: 'one',
      node: 'node-1',
      keyId: 'seed',
      takeover: 'refuse',
      dvrWindowS: 600,
      isPrivate: true,
      delivery: 'muxed',
      iat: app.nowMs / 1_000,
      exp: answer.grantExpiresAtMs / 1_000,
    });
    expect(decodeProtectedHeader(answer.grant)).toMatchObject({ alg: 'ES256', kid: app.signer.jwks.keys[0]?.kid });
    expect(answer.grant).not.toContain(Buffer.from(STREAM_KEY).toString('base64url'));
  });

  it('makes each grant another one', async () => {
    const [one, two] = [await app.node(AUTHORIZE, ask), await app.node(AUTHORIZE, ask)];
    expect((await claimsOf((await granted(one)).grant)).jti).not.toBe((await claimsOf((await granted(two)).grant)).jti);
  });

  it('opens a channel to a key that was made through the API', async () => {
    const made = Made.parse(await (await app.admin('POST', '/v1/channels/one/stream-keys', {})).json());
    const answer = await granted(await app.node(AUTHORIZE, { ...ask, streamKey: made.streamKey }));
    expect((await claimsOf(answer.grant)).keyId).toBe(made.keyId);
  });

  it('refuses with each of the contract’s codes, and takes back the refusal when the cause is gone', async () => {
    const seen = new Set<unknown>();
    async function expectRefused(code: string, streamKey = STREAM_KEY) {
      expect(await refusalOf(await app.node(AUTHORIZE, { ...ask, streamKey }))).toEqual([403, code]);
      seen.add(code);
    }
    await expectRefused('unknown-stream-key', `${STREAM_KEY} `);
    await app.admin('PATCH', '/v1/channels/one/stream-keys/seed', { isDisabled: true });
    await expectRefused('stream-key-disabled');
    await app.admin('PATCH', '/v1/channels/one/stream-keys/seed', { isDisabled: false });
    await app.admin('PATCH', '/v1/channels/one', { isDisabled: true });
    await expectRefused('channel-disabled');
    await app.admin('PATCH', '/v1/channels/one', { isDisabled: false });
    await app.fromEdge({ channelId: 'one', events: [new EdgeStory(app.nowMs).started()] });
    await app.admin('POST', `/v1/broadcasts/${BROADCAST_ID}/end`, { keepOutS: 90 });
    expect((await app.node(AUTHORIZE, ask)).headers.get('retry-after')).toBe('90');
    await expectRefused('kicked');
    app.nowMs += 90_000;
    await granted(await app.node(AUTHORIZE, ask));
    for (let index = 0; index <= UNKNOWN_KEYS_MAX; index += 1) {
      const answer = await app.node(AUTHORIZE, { ...ask, streamKey: `guess ${index}`, clientAddress: '192.0.2.9' });
      if (index === UNKNOWN_KEYS_MAX) seen.add((await refusalOf(answer))[1]);
    }
    expect(seen).toEqual(new Set(AUTHORIZE_REFUSALS));
  });

  it('knows no key of a channel that was deleted', async () => {
    await app.admin('DELETE', '/v1/channels/one');
    expect(await refusalOf(await app.node(AUTHORIZE, ask))).toEqual([403, 'unknown-stream-key']);
  });

  it('never repeats the key', async () => {
    for (const streamKey of ['SECRET-but-unknown', 'SECRET'.repeat(60)]) {
      const text = await (await app.node(AUTHORIZE, { ...ask, streamKey })).text();
      expect(text).not.toContain('SECRET');
    }
    expect(app.logLines).toEqual([]);
  });

  it.each([
    { ...ask, streamKey: '' },
    { ...ask, streamKey: 'x'.repeat(257) },
    { ...ask, protocol: 'ftp' },
    { ...ask, nodeId: 'node 1' },
    { ...ask, more: 1 },
    { streamKey: STREAM_KEY },
  ])('refuses a request that is not one: %#', async (body) => {
    expect(await refusalOf(await app.node(AUTHORIZE, body))).toEqual([400, 'request-invalid']);
  });
});

describe('the SRT passphrase', () => {
  const srt = { ...ask, protocol: 'srt' };
  beforeEach(() => app.admin('PATCH', '/v1/channels/one', { srtPassphrase: 'correct horse' }));

  it('is given to a node whose publisher comes by SRT, and to no other', async () => {
    expect((await granted(await app.node(AUTHORIZE, srt))).settings.srtPassphrase).toBe('correct horse');
    for (const protocol of ['rtmp', 'rtmps', 'whip']) {
      const text = await (await app.node(AUTHORIZE, { ...ask, protocol })).text();
      expect(text).not.toMatch(/srtPassphrase|correct horse/);
    }
  });

  it('is not given again with a renewal, and never to who is refused', async () => {
    const { grant } = await granted(await app.node(AUTHORIZE, srt));
    expect(await (await app.node(RENEW, { grant, nodeId: 'node-1' })).text()).not.toContain('correct horse');
    await app.admin('PATCH', '/v1/channels/one', { isDisabled: true });
    expect(await (await app.node(AUTHORIZE, srt)).text()).not.toContain('correct horse');
  });

  it('is absent where the channel has none', async () => {
    await app.admin('PATCH', '/v1/channels/one', { srtPassphrase: null });
    expect((await granted(await app.node(AUTHORIZE, srt))).settings).not.toHaveProperty('srtPassphrase');
  });
});

it('a backup’s key says so', async () => {
  await app.admin('PATCH', '/v1/channels/one/stream-keys/seed', { role: 'backup' });
  const { settings, grant } = await granted(await app.node(AUTHORIZE, ask));
  expect(settings.role).toBe('backup');
  expect((await granted(await app.node(RENEW, { grant, nodeId: 'node-1' }))).settings.role).toBe('backup');
});

describe('whoever guesses keys', () => {
  const authorize = (streamKey: string, clientAddress = '192.0.2.1') =>
    app.node(AUTHORIZE, { ...ask, streamKey, clientAddress });
  async function guess(): Promise<void> {
    for (let index = 0; index < UNKNOWN_KEYS_MAX; index += 1) {
      expect(await refusalOf(await authorize(`guess-${index}`))).toEqual([403, 'unknown-stream-key']);
    }
  }

  it('is told to wait, and for how long; the right key is not looked at either', async () => {
    await guess();
    app.nowMs += 20_500;
    for (const streamKey of ['guess-0', 'guess-more', STREAM_KEY]) {
      const answer = await authorize(streamKey);
      expect(answer.headers.get('retry-after')).toBe('40');
      expect(await refusalOf(answer)).toEqual([429, 'too-many-attempts']);
    }
    app.nowMs += 40_000;
    await granted(await authorize(STREAM_KEY));
  });

  it('slows nobody at another address, and nobody who was let in before at the same one', async () => {
    await granted(await authorize(STREAM_KEY));
    await guess();
    await granted(await authorize(STREAM_KEY));
    await granted(await authorize(STREAM_KEY, '192.0.2.2'));
    expect(await refusalOf(await authorize('guess-more', '192.0.2.2'))).toEqual([403, 'unknown-stream-key']);
  });

  it('is not an encoder that tries the same wrong key for ever, nor one whose key was disabled', async () => {
    const made = Made.parse(await (await app.admin('POST', '/v1/channels/one/stream-keys', {})).json());
    await app.admin('PATCH', `/v1/channels/one/stream-keys/${made.keyId}`, { isDisabled: true });
    for (let index = 0; index < 2 * UNKNOWN_KEYS_MAX; index += 1) {
      expect(await refusalOf(await authorize('mistyped'))).toEqual([403, 'unknown-stream-key']);
      expect(await refusalOf(await authorize(made.streamKey))).toEqual([403, 'stream-key-disabled']);
    }
    await granted(await authorize(STREAM_KEY));
  });
});

describe('check', () => {
  let publisher: CheckedPublisher;
  beforeEach(async () => {
    const { settings, keyId, authorizedAtMs } = await granted(await app.node(AUTHORIZE, ask));
    publisher = CheckedPublisher.parse({ channelId: settings.channelId, keyId, authorizedAtMs });
  });

  async function ended(publishers: unknown[] = [publisher]): Promise<CheckAnswer['ended']> {
    const answer = await app.node(CHECK, { nodeId: 'node-1', publishers });
    expect(answer.status).toBe(200);
    return CheckAnswer.parse(await answer.json()).ended;
  }

  it('ends nobody whose key is good, though other things of the channel change', async () => {
    await app.admin('PATCH', '/v1/channels/one', { dvrWindowS: 60, srtPassphrase: 'correct horse' });
    await app.admin('PATCH', '/v1/channels/one/stream-keys/seed', { label: 'x', role: 'backup' });
    expect(await ended()).toEqual([]);
  });

  it.each([
    ['stream-key-disabled', 'PATCH', '/v1/channels/one/stream-keys/seed', { isDisabled: true }],
    ['unknown-stream-key', 'DELETE', '/v1/channels/one/stream-keys/seed', undefined],
    ['channel-disabled', 'PATCH', '/v1/channels/one', { isDisabled: true }],
    ['unknown-stream-key', 'DELETE', '/v1/channels/one', undefined],
    ['kicked', 'POST', '/v1/channels/one/kick', undefined],
  ])('tells %s after %s %s', async (reason, method, path, body) => {
    await app.admin(method, path, body);
    expect(await ended()).toEqual([{ ...publisher, reason }]);
  });

  it('ends who was kicked, and neither who came after it nor, at a renewal, anybody else', async () => {
    const { grant } = await granted(await app.node(AUTHORIZE, ask));
    app.nowMs += 5_000;
    expect((await app.admin('POST', '/v1/channels/one/kick')).status).toBe(204);
    expect(await refusalOf(await app.node(RENEW, { grant, nodeId: 'node-1' }))).toEqual([403, 'kicked']);
    app.nowMs += 1;
    const back = await granted(await app.node(AUTHORIZE, ask));
    const after = { ...publisher, authorizedAtMs: back.authorizedAtMs };
    expect(await ended([publisher, after])).toEqual([{ ...publisher, reason: 'kicked' }]);
    await granted(await app.node(RENEW, { grant: back.grant, nodeId: 'node-1' }));
  });

  it('ends whose broadcast was ended, at a renewal too, and nobody when it has ended already', async () => {
    const { grant } = await granted(await app.node(AUTHORIZE, ask));
    const story = new EdgeStory(app.nowMs);
    await app.fromEdge({ channelId: 'one', events: [story.started()] });
    app.nowMs += 5_000;
    const path = `/v1/broadcasts/${BROADCAST_ID}/end`;
    expect((await app.admin('POST', path, {})).status).toBe(204);
    expect(await ended()).toEqual([{ ...publisher, reason: 'kicked' }]);
    expect(await refusalOf(await app.node(RENEW, { grant, nodeId: 'node-1' }))).toEqual([403, 'kicked']);
    await app.fromEdge({ channelId: 'one', events: [story.ended(5_000)] });
    app.nowMs += 60_000;
    const next = await granted(await app.node(AUTHORIZE, ask));
    app.nowMs += 1_000;
    expect((await app.admin('POST', path, {})).status).toBe(204);
    expect(await ended([{ ...publisher, authorizedAtMs: next.authorizedAtMs }])).toEqual([]);
    await granted(await app.node(AUTHORIZE, ask));
  });

  it('tells each of many apart, and takes as many as a node may have', async () => {
    const strangers = Array.from({ length: CHECKED_PUBLISHERS_MAX - 1 }, (_, index) => ({
      channelId: `${'c'.repeat(58)}${index}`.slice(-63),
      keyId: `NO-ID-${'x'.repeat(58)}`,
      authorizedAtMs: app.nowMs,
    }));
    const all = await ended([publisher, ...strangers]);
    expect(all).toEqual(strangers.map((stranger) => ({ ...stranger, reason: 'unknown-stream-key' })));
    const tooMany = { nodeId: 'node-1', publishers: [publisher, publisher, ...strangers] };
    expect(await refusalOf(await app.node(CHECK, tooMany))).toEqual([400, 'request-invalid']);
  });
});

describe('renew', () => {
  let grant: string;
  beforeEach(async () => {
    ({ grant } = await granted(await app.node(AUTHORIZE, ask)));
  });

  const renew = (text = grant, nodeId = 'node-1') => app.node(RENEW, { grant: text, nodeId });

  it('gives a younger grant, with the settings of now', async () => {
    app.nowMs += 60_000;
    await app.admin('PATCH', '/v1/channels/one', { dvrWindowS: 900 });
    const answer = await granted(await renew());
    expect(answer.settings.dvrWindowS).toBe(900);
    expect(await claimsOf(answer.grant)).toMatchObject({
      sub: 'one',
      node: 'node-1',
      keyId: 'seed',
      dvrWindowS: 900,
      exp: app.nowMs / 1_000 + GRANT_LIFETIME_S,
    });
  });

  it('gives one for a grant that has just ended, but not for ever', async () => {
    app.nowMs += (GRANT_LIFETIME_S + GRANT_RENEWABLE_S - 1) * 1_000;
    await granted(await renew());
    app.nowMs += 2_000;
    expect(await refusalOf(await renew())).toEqual([403, 'grant-expired']);
  });

  it.each([
    ['stream-key-disabled', 'PATCH', '/v1/channels/one/stream-keys/seed', { isDisabled: true }],
    ['unknown-stream-key', 'DELETE', '/v1/channels/one/stream-keys/seed', undefined],
    ['channel-disabled', 'PATCH', '/v1/channels/one', { isDisabled: true }],
    ['unknown-stream-key', 'DELETE', '/v1/channels/one', undefined],
  ])('is refused as %s after %s %s', async (code, method, path, body) => {
    await app.admin(method, path, body);
    expect(await refusalOf(await renew())).toEqual([403, code]);
  });

  it('is refused to another node', async () => {
    expect(await refusalOf(await renew(grant, 'node-2'))).toEqual([403, 'grant-invalid']);
  });

  it('is refused for what was not signed here', async () => {
    const [header, payload, signature] = grant.split('.');
    const claims = await claimsOf(grant);
    const otherKey = await generateKeyPair(GRANT_ALGORITHM);
    const foreign = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: GRANT_ALGORITHM, kid: app.signer.jwks.keys[0]?.kid ?? '' })
      .sign(otherKey.privateKey);
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'two' })).toString('base64url');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const symmetric = await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
    for (const text of ['', 'x', `${header}.${changed}.${signature}`, foreign, unsigned, symmetric]) {
      expect(await refusalOf(await renew(text))).toEqual([403, 'grant-invalid']);
    }
  });
});
