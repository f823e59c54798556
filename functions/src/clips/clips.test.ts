import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, TestApp } from '../test-app.ts';

const Made = z.looseObject({
  clipId: z.string(),
  urls: z.object({ hls: z.string(), dash: z.string(), picture: z.string().nullable() }),
});
const BROADCAST_ID = '0mxyz0000o1234567890abcd';

let app: TestApp;
let cut: { readonly fromMs: number; readonly toMs: number } & Record<string, unknown>;
beforeEach(async () => {
  app = await TestApp.start();
  await app.admin('POST', '/v1/channels', { channelId: 'one' });
  cut = {
    broadcastId: BROADCAST_ID,
    fromMs: app.nowMs - 10_500,
    toMs: app.nowMs - 4_000,
    isPrivate: false,
    segments: [{ renditionId: 'v720', firstMsn: 3, lastMsn: 6 }],
    images: { firstSlot: 3, lastSlot: 4, pictureSlot: null },
    sizeBytes: 1_000,
  };
  app.edge.answers.set('PUT', { status: 200, body: cut });
});
afterEach(() => app[Symbol.dispose]());

const ask = (more: object = {}) => ({ channelId: 'one', from: app.nowMs - 10_000, to: app.nowMs - 5_000, ...more });
async function make(more: object = {}) {
  const answer = await app.admin('POST', '/v1/clips', ask(more));
  expect(answer.status).toBe(201);
  return Made.parse(await answer.json());
}

describe('a clip', () => {
  it('is cut by the edge, and says where it is played and what it became', async () => {
    const made = await make({ label: ' a goal ' });
    expect(made).toMatchObject({ ...cut, channelId: 'one', tenantId: 'default', label: 'a goal' });
    expect(made.urls.hls).toBe(`${app.edge.url}/clip/${made.clipId}/index.m3u8`);
    expect(app.edge.callsBy('PUT')).toMatchObject([
      {
        path: `/control/v1/channels/one/clips/${made.clipId}`,
        body: { fromMs: app.nowMs - 10_000, toMs: app.nowMs - 5_000 },
      },
    ]);
    expect(await (await app.admin('GET', `/v1/clips/${made.clipId}`)).json()).toEqual(made);
    expect(await (await app.admin('GET', '/v1/channels/one/clips')).json()).toMatchObject({
      clips: [{ clipId: made.clipId }],
      next: null,
    });
  });

  it('says where its picture is, if it has one', async () => {
    expect((await make()).urls.picture).toBeNull();
    const images = { firstSlot: 3, lastSlot: 4, pictureSlot: 4 };
    app.edge.answers.set('PUT', { status: 200, body: { ...cut, images } });
    expect((await make()).urls.picture).toBe(`${app.edge.url}/live/one/${BROADCAST_ID}/thumbnails/4.jpg`);
    app.edge.answers.set('PUT', { status: 200, body: { ...cut, images, isPrivate: true } });
    expect((await make()).urls.picture).toMatch(
      new RegExp(`^${app.edge.url}/t/[^/]+/live/one/[^/]+/thumbnails/4.jpg$`),
    );
    const { images: _, ...older } = cut;
    app.edge.answers.set('PUT', { status: 200, body: older });
    expect((await make()).urls.picture).toBeNull();
  });

  it('takes times as people write them', async () => {
    await make({ from: '2026-10-31T23:59:50Z', to: '2026-11-01T00:59:55+01:00', broadcastId: BROADCAST_ID });
    expect(app.edge.callsBy('PUT')).toMatchObject([
      { body: { broadcastId: BROADCAST_ID, fromMs: app.nowMs - 10_000, toMs: app.nowMs - 5_000 } },
    ]);
  });

  it('of a private broadcast comes with a token in its addresses', async () => {
    app.edge.answers.set('PUT', { status: 200, body: { ...cut, isPrivate: true } });
    const made = await make();
    expect(made.urls.hls).toMatch(new RegExp(`^${app.edge.url}/t/[A-Za-z0-9._-]+/clip/${made.clipId}/index\\.m3u8$`));
  });

  it.each([
    ['no-such-media', [404, 'no-such-media']],
    ['not-yet', [409, 'clip-not-yet']],
    ['several-broadcasts', [409, 'several-broadcasts']],
  ])('is refused with the edge’s reason: %s', async (code, refusal) => {
    const body = { type: 'about:blank', title: 'x', status: 409, code, detail: 'x' };
    app.edge.answers.set('PUT', { status: 409, body });
    expect(await refusalOf(await app.admin('POST', '/v1/clips', ask()))).toEqual(refusal);
    app.nowMs += 60_000;
    await app.control.runner.runDue();
    expect(app.edge.callsBy('DELETE')).toEqual([]);
  });

  it('that the edge may have cut, and said so to nobody, is removed', async () => {
    app.edge.answers.set('PUT', { status: 502, body: {} });
    const refused = await app.admin('POST', '/v1/clips', ask());
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refusalOf(refused)).toEqual([503, 'edge-unreachable']);
    app.nowMs += 60_000;
    await app.control.runner.runDue();
    const [{ path } = { path: '' }] = app.edge.callsBy('PUT');
    expect(app.edge.callsBy('DELETE')).toMatchObject([{ path }]);
    expect(await app.control.queue.nextAtMs()).toBeUndefined();
  });

  it('that was made is not removed by the look after it', async () => {
    const { clipId } = await make();
    app.nowMs += 60_000;
    await app.control.runner.runDue();
    expect(app.edge.callsBy('DELETE')).toEqual([]);
    expect((await app.admin('GET', `/v1/clips/${clipId}`)).status).toBe(200);
  });

  it.each([
    { from: 1_000, to: 1_999 },
    { from: 1_000, to: 1_000 + 3_600_001 },
    { from: 2_000, to: 1_000 },
    { from: 'yesterday', to: 2_000 },
    { from: '1969-12-31T23:59:59Z', to: '1970-01-01T00:00:01Z' },
    { from: '2026-11-01T00:00:00', to: 2_000 },
    { channelId: 'ONE' },
    { more: 1 },
  ])('is not cut by %j', async (more) => {
    expect(await refusalOf(await app.admin('POST', '/v1/clips', ask(more)))).toEqual([400, 'request-invalid']);
    expect(app.edge.calls).toEqual([]);
  });

  it('is nobody else’s', async () => {
    const { clipId } = await make();
    await app.admin('POST', '/v1/tenants', { tenantId: 'others' });
    const others = { 'sluice-tenant': 'others' };
    expect(await refusalOf(await app.admin('GET', `/v1/clips/${clipId}`, undefined, others))).toEqual([
      404,
      'no-such-clip',
    ]);
    expect((await app.admin('DELETE', `/v1/clips/${clipId}`, undefined, others)).status).toBe(204);
    expect(await refusalOf(await app.admin('POST', '/v1/clips', ask(), others))).toEqual([404, 'no-such-channel']);
    expect((await app.admin('GET', `/v1/clips/${clipId}`)).status).toBe(200);
  });
});
