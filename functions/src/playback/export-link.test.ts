import { PLAYBACK_JWKS_PATH, PlaybackTokenClaims } from '@sluice/contracts';
import { compactVerify, createLocalJWKSet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BROADCAST_ID, EdgeStory } from '../broadcasts/broadcast-fixture.ts';
import { refusalOf, TestApp } from '../test-app.ts';

const RECORDING = `/v1/recordings/${BROADCAST_ID}`;
const Link = z.strictObject({ url: z.url(), expiresAtMs: z.int() });
const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const Made = z.looseObject({ clipId: z.string() });
const ApiToken = z.looseObject({ apiToken: z.string() });

let app: TestApp;
let story: EdgeStory;
beforeEach(async () => {
  app = await TestApp.start();
  story = new EdgeStory(app.nowMs);
  await app.admin('POST', '/v1/channels', { channelId: 'one', isRecorded: true });
  await app.fromEdge({ channelId: 'one', events: [story.started(), story.ended(9_000), story.recorded(9_500)] });
});
afterEach(() => app[Symbol.dispose]());

async function linkOf(path: string, body: object = {}) {
  const answer = await app.admin('POST', `${path}/export`, body);
  expect(answer.status).toBe(201);
  const { url, expiresAtMs } = Link.parse(await answer.json());
  const [, token = '', rest] = /^\/t\/([^/]+)(\/.*)$/.exec(url.replace(app.edge.url, '')) ?? [];
  return { claims: await claimsOf(token), rest, expiresAtMs };
}

async function claimsOf(token: string): Promise<PlaybackTokenClaims> {
  const keys = createLocalJWKSet(Jwks.parse(await (await app.request(PLAYBACK_JWKS_PATH)).json()));
  const { payload } = await compactVerify(token, keys, { algorithms: ['ES256'] });
  return PlaybackTokenClaims.parse(JSON.parse(new TextDecoder().decode(payload)));
}

describe('the export of a recording', () => {
  it('is an address with a token of its channel that allows it, for an hour', async () => {
    const { claims, rest, expiresAtMs } = await linkOf(RECORDING);
    expect(rest).toBe(`/vod/${BROADCAST_ID}/export.mp4`);
    expect(claims).toMatchObject({ channel: 'one', mayExport: true, exp: expiresAtMs / 1_000 });
    expect(expiresAtMs).toBe(app.nowMs + 3_600_000);
  });

  it('names what is to be in the file, and is good for as long as was asked', async () => {
    const both = await linkOf(RECORDING, { video: 'v720', audio: 'a128', lifetimeS: 60 });
    expect(both.rest).toBe(`/vod/${BROADCAST_ID}/export.mp4?video=v720&audio=a128`);
    expect(both.expiresAtMs).toBe(app.nowMs + 60_000);
    expect((await linkOf(RECORDING, { audio: 'a128' })).rest).toBe(`/vod/${BROADCAST_ID}/export.mp4?audio=a128`);
  });

  it.each([
    { video: 'v1080' },
    { audio: 'a64' },
    { video: 'v720', audio: 'a64' },
    { video: 'a128' },
    { audio: 'v720' },
  ])('has no %j', async (body) => {
    expect(await refusalOf(await app.admin('POST', `${RECORDING}/export`, body))).toEqual([404, 'no-such-rendition']);
  });

  it.each([{ video: '../x' }, { lifetimeS: 59 }, { lifetimeS: 7 * 24 * 3_600 + 1 }, { mayExport: true }])(
    'is not made of %j',
    async (body) => {
      expect(await refusalOf(await app.admin('POST', `${RECORDING}/export`, body))).toEqual([400, 'request-invalid']);
    },
  );

  it('is not to be had of a broadcast that is no recording, nor of others’', async () => {
    const live = new EdgeStory(app.nowMs + 10, '0mxyz0001o1234567890abcd');
    await app.fromEdge({ channelId: 'one', events: [live.started()] });
    const refused = [404, 'no-such-recording'];
    expect(await refusalOf(await app.admin('POST', '/v1/recordings/0mxyz0001o1234567890abcd/export', {}))).toEqual(
      refused,
    );
    await app.admin('POST', '/v1/tenants', { tenantId: 'others' });
    const others = { 'sluice-tenant': 'others' };
    expect(await refusalOf(await app.admin('POST', `${RECORDING}/export`, {}, others))).toEqual(refused);
  });

  it('is not for who may only read: the token opens the channel', async () => {
    const made = await app.admin('POST', '/v1/api-tokens', {
      name: 'reads',
      scopes: ['recordings:read', 'clips:read'],
    });
    const { apiToken } = ApiToken.parse(await made.json());
    const answer = await app.as(apiToken, 'POST', `${RECORDING}/export`, {});
    expect(await refusalOf(answer)).toEqual([403, 'scope-missing']);
  });

  it('is in no line of the log, and not in the audit', async () => {
    const answer = await app.admin('POST', `${RECORDING}/export`, {});
    const { url } = Link.parse(await answer.json());
    const audit = await (await app.admin('GET', '/v1/audit')).text();
    expect(audit).toContain('{broadcastId}/export');
    expect(app.logLines.join() + audit).not.toContain(url.split('/')[4]?.slice(-40));
  });
});

describe('the export of a clip', () => {
  async function clipPath(): Promise<string> {
    const [fromMs, toMs] = [app.nowMs - 10_000, app.nowMs - 5_000];
    const segments = ['v720', 'a128'].map((renditionId) => ({ renditionId, firstMsn: 3, lastMsn: 6 }));
    const cut = { broadcastId: BROADCAST_ID, fromMs, toMs, isPrivate: false, segments, sizeBytes: 1_000 };
    app.edge.answers.set('PUT', { status: 200, body: cut });
    const made = await app.admin('POST', '/v1/clips', { channelId: 'one', from: fromMs, to: toMs });
    return `/v1/clips/${Made.parse(await made.json()).clipId}`;
  }

  it('is an address of the clip with such a token', async () => {
    const path = await clipPath();
    const { claims, rest } = await linkOf(path, { video: 'v720' });
    expect(rest).toBe(`${path.replace('/v1/clips', '/clip')}/export.mp4?video=v720`);
    expect(claims).toMatchObject({ channel: 'one', mayExport: true });
  });

  it('has no rendition that the clip has not, and is nobody else’s', async () => {
    const path = `${await clipPath()}/export`;
    expect(await refusalOf(await app.admin('POST', path, { video: 'v360' }))).toEqual([404, 'no-such-rendition']);
    await app.admin('POST', '/v1/tenants', { tenantId: 'others' });
    expect(await refusalOf(await app.admin('POST', path, {}, { 'sluice-tenant': 'others' }))).toEqual([
      404,
      'no-such-clip',
    ]);
  });
});
