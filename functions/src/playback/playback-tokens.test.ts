import { ChannelId, PLAYBACK_TOKEN_AUDIENCE, PlaybackTokenAnswer, PlaybackTokenClaims } from '@sluice/contracts';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, TestApp } from '../test-app.ts';

const TOKENS = '/v1/channels/one/playback-tokens';
const KEYS = '/v1/playback-keys';
const JWKS = '/.well-known/playback-jwks.json';
const WEEK_MS = 7 * 24 * 3_600_000;
/** A new key is published for so long before it signs. */
const PUBLISHED_MS = 35_000;

const ShownKey = z.strictObject({
  kid: z.string(),
  createdAtMs: z.int(),
  state: z.enum(['published', 'signs', 'verifies']),
  endsAtMs: z.int().nullable(),
});

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start({ edgeUrl: 'https://edge.example' });
  await app.admin('POST', '/v1/channels', { channelId: 'one', isPrivate: true });
});
afterEach(() => app[Symbol.dispose]());

async function mint(request: object = {}): Promise<PlaybackTokenAnswer> {
  const answer = await app.admin('POST', TOKENS, request);
  expect(answer.status).toBe(201);
  return PlaybackTokenAnswer.parse(await answer.json());
}

async function jwks(): Promise<JSONWebKeySet> {
  const answer = await app.request(JWKS);
  expect(answer.headers.get('content-type')).toBe('application/jwk-set+json');
  return (await answer.json()) as JSONWebKeySet;
}

/** As the edge reads it: with the keys that are served at that moment, and with nothing else. */
async function claimsOf(token: string): Promise<PlaybackTokenClaims> {
  const { payload } = await compactVerify(token, createLocalJWKSet(await jwks()), { algorithms: ['ES256'] });
  return PlaybackTokenClaims.parse(JSON.parse(new TextDecoder().decode(payload)));
}

async function shownKeys(): Promise<z.infer<typeof ShownKey>[]> {
  return z.object({ keys: z.array(ShownKey) }).parse(await (await app.admin('GET', KEYS)).json()).keys;
}

describe('a playback token', () => {
  it('is for its channel, for six hours from now, and comes with the addresses to use it at', async () => {
    app.nowMs += 123;
    const { token, jti, notBeforeMs, expiresAtMs, urls } = await mint();
    const expS = Math.floor(app.nowMs / 1_000) + 6 * 3_600;
    expect(await claimsOf(token)).toEqual({
      iss: 'sluice-control',
      aud: PLAYBACK_TOKEN_AUDIENCE,
      channel: 'one',
      jti,
      iat: app.nowMs / 1_000,
      nbf: app.nowMs / 1_000,
      exp: expS,
    });
    expect([notBeforeMs, expiresAtMs]).toEqual([app.nowMs, expS * 1_000]);
    expect(urls).toEqual({
      hls: `https://edge.example/t/${token}/live/one/index.m3u8`,
      dash: `https://edge.example/t/${token}/live/one/manifest.mpd`,
      watch: `https://edge.example/t/${token}/watch/one`,
    });
    expect((await mint()).jti).not.toBe(jti);
  });

  it('has the limits that were asked for', async () => {
    const limits = {
      countries: ['DE', 'FR'],
      addresses: ['192.0.2.0/24', '2001:db8::/32'],
      sites: ['https://shop.example'],
      heightPxMax: 720,
    };
    const notBeforeMs = app.nowMs + 30_000;
    const { token } = await mint({ lifetimeS: 60, notBeforeMs, subject: 'order-7', ...limits });
    const { sub, nbf, exp, ...rest } = await claimsOf(token);
    expect({ sub, nbf, exp }).toEqual({ sub: 'order-7', nbf: notBeforeMs / 1_000, exp: app.nowMs / 1_000 + 60 });
    expect(rest).toMatchObject(limits);
  });

  it('lets its holder export recordings where that was asked for, and not otherwise', async () => {
    const mayExportOf = async (request: object) => (await claimsOf((await mint(request)).token)).mayExport;
    expect(await mayExportOf({ mayExport: true })).toBe(true);
    expect(await mayExportOf({ mayExport: false })).toBe(false);
    expect(await mayExportOf({})).toBeUndefined();
  });

  it('has room for many limits, and for no more than fit into an address', async () => {
    const sites = Array.from({ length: 8 }, (_, index) => `https://${`s${index}`.repeat(30)}.example`);
    await mint({ sites, countries: ['DE'] });
    const long = sites.map((site) => site.replace('.example', `.${'x'.repeat(60)}.${'y'.repeat(60)}.example`));
    const answer = await app.admin('POST', TOKENS, { sites: long });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'request-invalid',
      detail: expect.stringContaining('more than 2048'),
    });
  });

  it.each([
    { countries: ['UK'] },
    { addresses: ['192.0.2.1/24'] },
    { sites: ['shop.example'] },
    { lifetimeS: WEEK_MS / 1_000 + 1 },
    { channel: 'two' },
    { mayExport: 1 },
    { notBeforeMs: Date.UTC(2026, 10, 1) + 6 * 3_600_000 },
  ])('is not made of %j', async (request) => {
    expect(await refusalOf(await app.admin('POST', TOKENS, request))).toEqual([400, 'request-invalid']);
  });

  it('needs a channel', async () => {
    const answer = await app.admin('POST', '/v1/channels/two/playback-tokens', {});
    expect(await refusalOf(answer)).toEqual([404, 'no-such-channel']);
  });

  it('is in no line of the log', async () => {
    const { token } = await mint();
    app.table.close();
    await app.admin('POST', TOKENS, {});
    expect(app.logLines.length).toBeGreaterThan(0);
    expect(app.logLines.join()).not.toContain(token.slice(0, 20));
  });
});

describe('the keys of playback tokens', () => {
  it('are a set of their own: a grant is no playback token, and a playback token no grant', async () => {
    const keys = await jwks();
    expect(keys.keys).toHaveLength(1);
    const grantKids = app.signer.jwks.keys.map(({ kid }) => kid);
    expect(keys.keys.map(({ kid }) => kid)).not.toContain(grantKids[0]);
    const { token } = await mint();
    expect((await app.signer.read(token, app.nowMs)).kind).toBe('invalid');
  });

  it('show their public halves only', async () => {
    expect(await (await app.request(JWKS)).text()).not.toContain('"d"');
    expect(await (await app.admin('GET', KEYS)).text()).not.toContain('"d"');
  });

  it('rotate: the new one is published, then signs; the old one verifies until its last token is over', async () => {
    const before = await mint({ lifetimeS: WEEK_MS / 1_000 });
    app.nowMs += 1_000;
    const made = ShownKey.parse(await (await app.admin('POST', KEYS)).json());
    expect(made).toMatchObject({ state: 'published', createdAtMs: app.nowMs, endsAtMs: null });
    app.nowMs += PUBLISHED_MS - 1;
    // An edge that fetched the keys just before may not have the new one yet.
    expect(decodeProtectedHeader((await mint()).token).kid).toBe(decodeProtectedHeader(before.token).kid);
    expect((await shownKeys()).map(({ state }) => state)).toEqual(['published', 'signs']);
    app.nowMs += 1;
    expect((await shownKeys()).map(({ state }) => state)).toEqual(['signs', 'verifies']);
    const after = await mint();
    expect(decodeProtectedHeader(after.token).kid).toBe(made.kid);
    expect(decodeProtectedHeader(before.token).kid).not.toBe(made.kid);
    expect([(await claimsOf(before.token)).jti, (await claimsOf(after.token)).jti]).toEqual([before.jti, after.jti]);
    const [, old] = await shownKeys();
    expect(old).toMatchObject({ state: 'verifies', endsAtMs: app.nowMs + WEEK_MS + 60_000 });
    app.nowMs = before.expiresAtMs;
    await claimsOf(before.token);
    app.nowMs = (old?.endsAtMs ?? 0) - 1;
    expect((await jwks()).keys).toHaveLength(2);
    app.nowMs += 1;
    expect((await jwks()).keys.map(({ kid }) => kid)).toEqual([made.kid]);
  });

  it('stay the same over a restart of the control API', async () => {
    const { token } = await mint();
    const other = await TestApp.start({ edgeUrl: 'https://edge.example', directory: app.directory });
    const answer = await (await other.request(JWKS)).json();
    other[Symbol.dispose]();
    expect(answer).toEqual(await jwks());
    await claimsOf(token);
  });

  it('can be retired before their time, but for the one that signs', async () => {
    const { token } = await mint();
    const [first] = await shownKeys();
    const refused = [409, 'playback-key-signs'];
    expect(await refusalOf(await app.admin('DELETE', `${KEYS}/${first?.kid}`))).toEqual(refused);
    app.nowMs += 1_000;
    await app.admin('POST', KEYS);
    app.nowMs += PUBLISHED_MS - 1;
    expect(await refusalOf(await app.admin('DELETE', `${KEYS}/${first?.kid}`))).toEqual(refused);
    app.nowMs += 1;
    const [second] = await shownKeys();
    expect(await refusalOf(await app.admin('DELETE', `${KEYS}/${second?.kid}`))).toEqual(refused);
    expect((await app.admin('DELETE', `${KEYS}/${first?.kid}`)).status).toBe(204);
    expect((await app.admin('DELETE', `${KEYS}/${first?.kid}`)).status).toBe(204);
    await expect(claimsOf(token)).rejects.toThrow(/no applicable key/);
  });

  it('are a bounded number, and those that are over make room', async () => {
    for (let count = 1; count < 8; count += 1) expect((await app.admin('POST', KEYS)).status).toBe(201);
    expect(new Set((await shownKeys()).map(({ kid }) => kid)).size).toBe(8);
    expect(await refusalOf(await app.admin('POST', KEYS))).toEqual([409, 'too-many-playback-keys']);
    app.nowMs += WEEK_MS + PUBLISHED_MS + 61_000;
    expect((await app.admin('POST', KEYS)).status).toBe(201);
    expect(await shownKeys()).toHaveLength(2);
  });

  it('sign one at a time, and the only one at once, when they are made in a row', async () => {
    const kidOf = async () => decodeProtectedHeader((await mint()).token).kid;
    const [first] = await shownKeys();
    for (let count = 0; count < 2; count += 1) {
      app.nowMs += 10_000;
      await app.admin('POST', KEYS);
    }
    const kids = (await shownKeys()).map(({ kid }) => kid);
    expect([await kidOf(), kids[2]]).toEqual([first?.kid, first?.kid]);
    app.nowMs += PUBLISHED_MS - 10_000;
    expect(await kidOf()).toBe(kids[1]);
    app.nowMs += 10_000;
    expect(await kidOf()).toBe(kids[0]);
    // Without the ones after it a key is the last again.
    expect((await app.admin('DELETE', `${KEYS}/${kids[2]}`)).status).toBe(204);
    expect((await app.admin('DELETE', `${KEYS}/${kids[1]}`)).status).toBe(204);
    expect(await shownKeys()).toMatchObject([{ kid: kids[0], state: 'signs', endsAtMs: null }]);
  });

  it('are one also when two processes make the first at the same time', async () => {
    const other = await TestApp.start({ edgeUrl: 'https://edge.example', directory: app.directory });
    const [one, two] = await Promise.all([app.request(JWKS), other.request(JWKS)]);
    expect(await one.json()).toEqual(await two.json());
    other[Symbol.dispose]();
  });
});

it('a channel’s id is that of a token, and nothing else', () => {
  expect(PlaybackTokenClaims.shape.channel.safeParse('No').success).toBe(false);
  expect(PlaybackTokenClaims.shape.channel.safeParse(ChannelId.parse('one')).success).toBe(true);
});
