import { listDurableObjectIds } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { ChannelObject } from '../channel/channel.object.ts';
import { checkMediaPlaylist, checkSuccession } from '../playlist-check/playlist-check.ts';
import { bodyText, channelStub, edgeFetch, freshChannelId, held } from '../testing/edge-client.ts';
import { resetObject } from '../testing/reset-object.ts';
import { V720 } from '../testing/test-broadcast.ts';
import { partBytes, TestPublisher } from '../testing/test-publisher.ts';
import type { Region } from './region.ts';
import type { RelayObject } from './relay.object.ts';
import { relayName } from './relay-address.ts';

/** Where the platform says that a request comes from. */
const FROM: Record<'weur' | 'apac', IncomingRequestCfProperties> = {
  weur: { continent: 'EU', country: 'FR' } as IncomingRequestCfProperties,
  apac: { continent: 'AS', country: 'JP' } as IncomingRequestCfProperties,
};

function relayStub({ channelId }: TestPublisher, region: Region = 'weur', shard = 0): DurableObjectStub<RelayObject> {
  return env.RELAY.getByName(relayName({ channelId, region, shard }));
}

async function playlistOf(publisher: TestPublisher, query = '', cf = FROM.weur) {
  const answer = await edgeFetch(`${publisher.path}/v720.m3u8${query}`, { cf });
  return checkMediaPlaylist(await bodyText(answer));
}

describe('viewers of a channel', () => {
  it('are answered by relays, and its own object hears of none of them', async () => {
    const calls = (['multivariant', 'playlist', 'media', 'status'] as const).map((name) =>
      vi.spyOn(ChannelObject.prototype, name),
    );
    const subscribe = vi.spyOn(ChannelObject.prototype, 'subscribe');
    const publisher = await TestPublisher.live(8);
    const { channelId, path } = publisher;
    const waiting: Promise<Response>[] = [];
    for (const cf of [FROM.weur, FROM.apac]) {
      expect((await edgeFetch(`/live/${channelId}/index.m3u8`, { cf })).status).toBe(200);
      expect((await edgeFetch(`/live/${channelId}/status.json`, { cf })).status).toBe(200);
      expect((await playlistOf(publisher, '', cf)).violations).toEqual([]);
      waiting.push(edgeFetch(`${path}/v720.m3u8?_HLS_msn=3&_HLS_part=0`, { cf }));
    }
    waiting.push(edgeFetch(`${path}/v720/3.0.m4s`));
    await publisher.publish(8, 9);
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    expect(calls.map((call) => call.mock.calls.length)).toEqual([0, 0, 0, 0]);
    const relays = subscribe.mock.calls.filter(([address]) => address.channelId === channelId);
    expect(relays.map(([{ region, shard }]) => [region, shard])).toEqual([
      ['weur', 0],
      ['apac', 0],
    ]);
    for (const call of [...calls, subscribe]) call.mockRestore();
  });

  it('see the same in every region', async () => {
    const publisher = await TestPublisher.live(10);
    const [one, other] = [await playlistOf(publisher), await playlistOf(publisher, '', FROM.apac)];
    expect(one).toEqual(other);
  });

  it('lose nothing when their relay is reset while they wait', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId, path } = publisher;
    const before = await playlistOf(publisher);
    const reload = await held(channelId, `${path}/v720.m3u8?_HLS_msn=3&_HLS_part=0`);
    const part = await held(channelId, `${path}/v720/3.0.m4s`);
    await resetObject(relayStub(publisher));
    await publisher.publish(8, 9);
    const after = checkMediaPlaylist(await bodyText(await reload.answer));
    expect(checkSuccession(before.playlist, after.playlist)).toEqual([]);
    expect(new Uint8Array(await (await part.answer).arrayBuffer())).toEqual(partBytes(8, V720));
  });

  it('do not notice that the channel’s object was reset', async () => {
    const publisher = await TestPublisher.live(10);
    const { channelId, path, broadcast } = publisher;
    const before = await playlistOf(publisher);
    const reload = await held(channelId, `${path}/v720.m3u8?_HLS_msn=3&_HLS_part=2`);
    await resetObject(channelStub(channelId));
    // The relay has what the object lost, and shows it while the object waits for its node.
    expect((await playlistOf(publisher)).playlist).toEqual(before.playlist);
    expect(reload.isAnswered()).toBe(false);
    await publisher.put(10, 11);
    // It says what it lost, and its node sends that again.
    expect(await publisher.announce(broadcast.parts(10, 11))).toMatchObject({
      next: { v720: { msn: 1, partIndex: 0 } },
    });
    await publisher.announce(broadcast.parts(0, 11));
    const after = checkMediaPlaylist(await bodyText(await reload.answer));
    expect(checkSuccession(before.playlist, after.playlist)).toEqual([]);
  });

  it('are told how many relays their region has', async () => {
    const publisher = await TestPublisher.live(8);
    const relay = relayStub(publisher);
    expect(await relay.status(undefined)).toMatchObject({ shards: 1 });
    const address = { channelId: publisher.channelId, region: 'weur', shard: 0 } as const;
    await channelStub(publisher.channelId).report(address, { requestsPerS: 1_200 });
    await vi.waitFor(async () => expect(await relay.status(undefined)).toMatchObject({ shards: 4 }), 10_000);
  });
});

describe('names that are no channel', () => {
  it('get no object, whatever is asked of them', async () => {
    const count = async () => [
      (await listDurableObjectIds(env.CHANNEL)).length,
      (await listDurableObjectIds(env.RELAY)).length,
      (await listDurableObjectIds(env.DIRECTORY)).length,
    ];
    await TestPublisher.live(4).then(({ channelId }) => edgeFetch(`/live/${channelId}/index.m3u8`));
    const before = await count();
    const channelId = freshChannelId();
    const paths = ['index.m3u8', 'status.json', '0mww8blwxoz6wtlh8p63/v720.m3u8', '0mww8blwxoz6wtlh8p63/v720/1.0.m4s'];
    const statuses = await Promise.all(
      paths.map(async (path) => (await edgeFetch(`/live/${channelId}/${path}`)).status),
    );
    expect(statuses).toEqual([404, 200, 404, 404]);
    const [channels, relays, directories] = await count();
    expect([channels, relays]).toEqual(before.slice(0, 2));
    expect(directories).toBeLessThanOrEqual(16);
  });

  it('are waited for by pages, and found the moment that somebody publishes', async () => {
    const channelId = freshChannelId();
    const offline = await (await edgeFetch(`/live/${channelId}/status.json`)).json<{ version: string }>();
    const waiting = edgeFetch(`/live/${channelId}/status.json?after=${offline.version}`);
    await TestPublisher.begin({ channelId });
    expect(await (await waiting).json()).toMatchObject({ channelId, state: 'starting' });
  });
});
