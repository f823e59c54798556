import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { type ChannelId, Problem } from '@sluice/contracts';
import { describe, expect, it, vi } from 'vitest';
import { bodyText, channelStub, directFetch, edgeFetch, freshChannelId, held } from '../testing/edge-client.ts';
import { resetObject } from '../testing/reset-object.ts';
import { testGrant } from '../testing/test-grant.ts';
import { revokeTokens, testEdgeCall, testPlaybackToken } from '../testing/test-playback-token.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { setMood, untilSent, untilTold } from '../testing/told-events.ts';

/** Where the platform says that a request comes from: two regions, two relays. */
const REGIONS: readonly IncomingRequestCfProperties[] = [
  { continent: 'EU', country: 'FR' } as IncomingRequestCfProperties,
  { continent: 'AS', country: 'JP' } as IncomingRequestCfProperties,
];
const WHOLE_LIFE = ['broadcast-started', 'broadcast-ended'] as const;

async function deleteChannel(channelId: ChannelId, bearer?: string): Promise<Response> {
  const authorization = `Bearer ${bearer ?? (await testEdgeCall(channelId))}`;
  return edgeFetch(`/control/v1/channels/${channelId}`, { method: 'DELETE', headers: { authorization } });
}

function keysOf(channelId: ChannelId): Promise<string[]> {
  return runInDurableObject(channelStub(channelId), (_object, { storage }) =>
    [...storage.kv.list()].map(([key]) => key),
  );
}

async function untilEmpty(channelId: ChannelId, keys: readonly string[] = []): Promise<void> {
  await vi.waitFor(async () => expect(await keysOf(channelId)).toEqual(keys), 4_000);
  await runDurableObjectAlarm(channelStub(channelId));
  const alarm = await runInDurableObject(channelStub(channelId), (_object, { storage }) => storage.getAlarm());
  expect(alarm).toBeNull();
}

async function statusesOf({ channelId, path }: TestPublisher, cf: IncomingRequestCfProperties): Promise<number[]> {
  const uris = [`/live/${channelId}/index.m3u8`, `/live/${channelId}/manifest.mpd`, `${path}/v720.m3u8`, `${path}.mpd`];
  const answers = await Promise.all(uris.map((uri) => edgeFetch(uri, { cf })));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  return answers.map(({ status }) => status);
}

describe('when a channel is deleted', () => {
  it('nothing of it is played any more, in any region, and whoever waits is told', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId, path } = publisher;
    for (const cf of REGIONS) expect(await statusesOf(publisher, cf)).toEqual([200, 200, 200, 200]);
    const waiting = await Promise.all([
      ...REGIONS.map((cf) => held(channelId, `${path}/v720.m3u8?_HLS_msn=3&_HLS_part=0`, { cf })),
      held(channelId, `${path}/v720/3.0.m4s`),
    ]);
    const status = await held(channelId, `/live/${channelId}/status.json?after=1-live`);
    expect([...waiting, status].map(({ isAnswered }) => isAnswered())).toEqual([false, false, false, false]);
    expect((await deleteChannel(channelId)).status).toBe(204);
    for (const { answer } of waiting) {
      const answered = await answer;
      const text = await bodyText(answered);
      // That it ended, or that there is nothing: both let a player go.
      expect(answered.status === 404 || text.includes('#EXT-X-ENDLIST')).toBe(true);
    }
    expect(await (await status.answer).json()).toMatchObject({ state: 'offline' });
    for (const cf of REGIONS) {
      await vi.waitFor(async () => expect(await statusesOf(publisher, cf)).toEqual([404, 404, 404, 404]), 4_000);
    }
    expect((await directFetch(`${path}/v720.m3u8`)).status).toBe(404);
  });

  it('its node is refused from then on', async () => {
    const publisher = await TestPublisher.live(8);
    await deleteChannel(publisher.channelId);
    const refused = await publisher.post('announce', { parts: publisher.broadcast.parts(8, 9) });
    expect([refused.status, Problem.parse(await refused.json()).code]).toEqual([410, 'broadcast-ended']);
    expect((await publisher.returnLease()).status).toBe(204);
    expect((await edgeFetch(`${publisher.path}/v720.m3u8`)).status).toBe(404);
  });

  it('its owner is told of the end, and then nothing is left of it', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId } = publisher;
    await untilTold(channelId, ['broadcast-started']);
    await deleteChannel(channelId);
    const events = await untilTold(channelId, WHOLE_LIFE);
    expect(events.at(-1)).toMatchObject({ reason: 'channel-deleted', totals: { liveMs: 4_267 } });
    await untilEmpty(channelId);
  });

  it('a second time, or one that there never was, it is done', async () => {
    const { channelId } = await TestPublisher.live(8);
    for (let count = 0; count < 3; count += 1) expect((await deleteChannel(channelId)).status).toBe(204);
    await untilTold(channelId, WHOLE_LIFE);
    expect((await deleteChannel(channelId)).status).toBe(204);
    await untilEmpty(channelId);
    const another = freshChannelId();
    expect((await deleteChannel(another)).status).toBe(204);
    await untilEmpty(another);
  });

  it('while the control API is away, what it is to be told is kept over resets, and goes when it is told', async () => {
    const { channelId } = await TestPublisher.live(8);
    await setMood(channelId, { status: 503 });
    await deleteChannel(channelId);
    await untilSent(channelId, 1);
    await resetObject(channelStub(channelId));
    expect(await keysOf(channelId)).toEqual(expect.arrayContaining(['events/state', 'is-deleted']));
    expect((await keysOf(channelId)).filter((key) => /^(broadcast|window|lease|events.told)/.test(key))).toEqual([]);
    await setMood(channelId, {});
    await runDurableObjectAlarm(channelStub(channelId));
    const events = await untilTold(channelId, WHOLE_LIFE);
    expect(events.at(-1)).toMatchObject({ reason: 'channel-deleted' });
    await untilEmpty(channelId);
  });

  it('a later channel of its name begins anew, also before all of the first one was told', async () => {
    const first = await TestPublisher.live(8);
    const { channelId } = first;
    await setMood(channelId, { status: 503 });
    await deleteChannel(channelId);
    await untilSent(channelId, 1);
    const second = await TestPublisher.live(8, { channelId, nodeId: 'node-b' });
    expect([second.epoch, second.broadcastId === first.broadcastId]).toEqual([1, false]);
    // The node of the first one, with a grant that is still good.
    expect((await first.post('announce', { parts: [] })).status).toBe(409);
    await setMood(channelId, {});
    await resetObject(channelStub(channelId));
    await second.put(8, 9);
    await second.announce(second.broadcast.parts(0, 9));
    const events = await untilTold(channelId, [...WHOLE_LIFE, 'broadcast-started']);
    expect(events.map(({ broadcastId }) => broadcastId)).toEqual([
      first.broadcastId,
      first.broadcastId,
      second.broadcastId,
    ]);
    expect(await keysOf(channelId)).toEqual(expect.arrayContaining(['lease', `broadcast/${second.broadcastId}`]));
    expect(await keysOf(channelId)).not.toContain('is-deleted');
    await vi.waitFor(async () => expect((await edgeFetch(`${second.path}/v720.m3u8`)).status).toBe(200), 4_000);
  });

  it('tokens that were revoked with it open no later channel of its name', async () => {
    const first = await TestPublisher.live(8, { isPrivate: true });
    const { channelId } = first;
    const token = await testPlaybackToken({ channelId });
    const status = async ({ path }: TestPublisher, bearer: string) =>
      (await edgeFetch(`/t/${bearer}${path}/v720.m3u8`)).status;
    expect(await status(first, token)).toBe(200);
    // As the control API does it.
    await revokeTokens(channelId, [{ issuedBeforeMs: Date.now() + 1 }]);
    await deleteChannel(channelId);
    await untilTold(channelId, WHOLE_LIFE);
    await untilEmpty(channelId, ['playback-revocations']);
    await resetObject(channelStub(channelId));
    const second = await TestPublisher.live(8, { channelId, isPrivate: true });
    expect(await status(second, token)).toBe(403);
    const newToken = await testPlaybackToken({ channelId });
    await vi.waitFor(async () => expect(await status(second, newToken)).toBe(200), 4_000);
    expect(await status(second, token)).toBe(403);
    expect(await channelStub(channelId).policy()).toMatchObject({ policy: { version: 1 } });
  });

  it('only the control API can have done it', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId } = publisher;
    const bearers = ['x', await testEdgeCall('another'), await testGrant({ channelId })];
    for (const bearer of bearers) {
      const answer = await deleteChannel(channelId, bearer);
      expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([401, 'call-invalid']);
    }
    const wrong = await edgeFetch(`/control/v1/channels/${channelId}`, { method: 'POST' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'DELETE']);
    expect((await edgeFetch('/control/v1/channels/No', { method: 'DELETE' })).status).toBe(400);
    expect((await edgeFetch(`${publisher.path}/v720.m3u8`)).status).toBe(200);
  });
});
