import { evictDurableObject } from 'cloudflare:test';
import { EMBED_SITES_MAX, PLAYBACK_REVOCATIONS_MAX, Problem } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { channelStub, edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { testGrant } from '../testing/test-grant.ts';
import { revokeTokens, testEdgeCall, testPlaybackToken } from '../testing/test-playback-token.ts';

const NOW_MS = Date.now();

function send(channelId: string, bearer: string | undefined, body: unknown, method = 'POST'): Promise<Response> {
  const headers = { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return edgeFetch(`/control/v1/channels/${channelId}/revocations`, { method, headers, body: text });
}

async function refusalOf(answer: Response): Promise<[status: number, code: string]> {
  return [answer.status, Problem.parse(await answer.json()).code];
}

describe('the control API tells the edge what was revoked', () => {
  it('and the channel’s object keeps it over a restart', async () => {
    const channelId = freshChannelId();
    const revocation = { issuedBeforeMs: NOW_MS, subject: 'anna' };
    expect(await (await revokeTokens(channelId, [revocation])).json()).toEqual({ version: 1 });
    expect(await (await revokeTokens(channelId, [revocation])).json()).toEqual({ version: 1 });
    await evictDurableObject(channelStub(channelId));
    const policy = { version: 1, revocations: [revocation] };
    expect(await channelStub(channelId).policy()).toEqual({ kind: 'policy', policy, agedMs: 0 });
    expect(await (await revokeTokens(channelId, [{ issuedBeforeMs: NOW_MS + 1 }])).json()).toEqual({ version: 2 });
  });

  it('and is believed only with its signature for this, for this channel and of this minute', async () => {
    const channelId = freshChannelId();
    const nowS = Math.floor(NOW_MS / 1_000);
    const bearers = [
      undefined,
      'x',
      await testEdgeCall('another-channel'),
      await testEdgeCall(channelId, { exp: nowS - 10 }),
      await testEdgeCall(channelId, { iss: 'somebody' }),
      await testEdgeCall(channelId, { aud: 'sluice-edge' }),
      // What others hold, and might send here.
      await testGrant({ channelId }),
      await testPlaybackToken({ channelId }),
    ];
    for (const bearer of bearers) {
      const answer = await send(channelId, bearer, { revocations: [{ issuedBeforeMs: NOW_MS }] });
      expect(await refusalOf(answer)).toEqual([401, 'call-invalid']);
    }
    expect(await channelStub(channelId).policy()).toMatchObject({ policy: { version: 0 } });
  });

  it.each<[code: string, status: number, body: unknown]>([
    ['request-invalid', 400, 'no JSON'],
    ['request-invalid', 400, {}],
    ['request-invalid', 400, { revocations: [] }],
    ['request-invalid', 400, { revocations: [{ jti: 'one' }] }],
    ['request-invalid', 400, { revocations: [{ issuedBeforeMs: NOW_MS, planet: 'Mars' }] }],
    ['request-too-large', 413, 'x'.repeat(512 * 1_024 + 1)],
  ])('and is told %s otherwise', async (code, status, body) => {
    const channelId = freshChannelId();
    expect(await refusalOf(await send(channelId, await testEdgeCall(channelId), body))).toEqual([status, code]);
  });

  it('and it may be as much as there can be, however long it is in JSON', async () => {
    const channelId = freshChannelId();
    const longest = Array.from({ length: PLAYBACK_REVOCATIONS_MAX }, (_, index) => ({
      issuedBeforeMs: NOW_MS,
      jti: `${index}`.padStart(64, '0'),
      subject: '"\\'.repeat(64),
    }));
    expect((await revokeTokens(channelId, longest)).status).toBe(200);
    expect(await channelStub(channelId).policy()).toMatchObject({ policy: { version: 1, revocations: longest } });
  });

  it('and is told when it is too much', async () => {
    const channelId = freshChannelId();
    const many = (from: number) =>
      Array.from({ length: PLAYBACK_REVOCATIONS_MAX }, (_, index) => ({
        issuedBeforeMs: NOW_MS,
        jti: `${from + index}`,
      }));
    expect((await revokeTokens(channelId, many(0))).status).toBe(200);
    expect(await refusalOf(await revokeTokens(channelId, many(1)))).toEqual([409, 'too-many-revocations']);
  });

  it('by POST, at these addresses', async () => {
    expect(await refusalOf(await send('demo', undefined, '', 'PUT'))).toEqual([405, 'method-not-allowed']);
    expect(await refusalOf(await send('No', await testEdgeCall('demo'), ''))).toEqual([400, 'malformed-path']);
    expect((await edgeFetch('/control/v1/nothing')).status).toBe(404);
  });
});

describe('the control API tells the edge which sites may embed a channel', () => {
  const notice = (channelVersion: number, embedSites: unknown = ['example.com']) => ({
    embedSites,
    channelCreatedAtMs: NOW_MS,
    channelVersion,
  });
  const put = async (channelId: string, body: unknown, bearer?: string): Promise<Response> =>
    edgeFetch(`/control/v1/channels/${channelId}/embed-sites`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${bearer ?? (await testEdgeCall(channelId))}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('and the channel’s object keeps it over a restart, and nothing older in its stead', async () => {
    const channelId = freshChannelId();
    const answers = [await put(channelId, notice(2)), await put(channelId, notice(1, []))];
    expect(answers.map(({ status, headers }) => [status, headers.get('cache-control')])).toEqual([
      [204, 'no-store'],
      [204, 'no-store'],
    ]);
    await evictDurableObject(channelStub(channelId));
    const policy = { version: 1, revocations: [], embedding: notice(2) };
    expect(await channelStub(channelId).policy()).toEqual({ kind: 'policy', policy, agedMs: 0 });
  });

  it('and nobody else does', async () => {
    const channelId = freshChannelId();
    for (const bearer of ['x', await testEdgeCall('another-channel'), await testPlaybackToken({ channelId })]) {
      expect(await refusalOf(await put(channelId, notice(1), bearer))).toEqual([401, 'call-invalid']);
    }
    expect(await channelStub(channelId).policy()).toMatchObject({ policy: { version: 0 } });
  });

  it.each<[code: string, status: number, body: unknown]>([
    ['request-invalid', 400, 'no JSON'],
    ['request-invalid', 400, {}],
    ['request-invalid', 400, notice(1, ['example.com; script-src *'])],
    ['request-invalid', 400, { ...notice(1), planet: 'Mars' }],
    ['request-too-large', 413, 'x'.repeat(32 * 1_024 + 1)],
  ])('and is told %s otherwise', async (code, status, body) => {
    expect(await refusalOf(await put(freshChannelId(), body))).toEqual([status, code]);
  });

  it('and it may be as much as there can be', async () => {
    const channelId = freshChannelId();
    const longest = `https://*.${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example:65535`;
    expect((await put(channelId, notice(1, Array(EMBED_SITES_MAX).fill(longest)))).status).toBe(204);
  });

  it('by PUT alone', async () => {
    const answer = await edgeFetch('/control/v1/channels/demo/embed-sites', { method: 'POST' });
    expect([answer.headers.get('allow'), ...(await refusalOf(answer))]).toEqual(['PUT', 405, 'method-not-allowed']);
  });
});
