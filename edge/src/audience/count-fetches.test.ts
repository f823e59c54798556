import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChannelObject } from '../channel/channel.object.ts';
import { directFetch } from '../testing/edge-client.ts';
import { V720 } from '../testing/test-broadcast.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function get(path: string, init?: RequestInit): Promise<number> {
  const answer = await directFetch(path, init);
  await answer.arrayBuffer();
  return answer.status;
}

it('an isolate tells every two seconds what its viewers fetched, and nothing else', async () => {
  const count = vi.spyOn(ChannelObject.prototype, 'count');
  const publisher = await TestPublisher.live(8);
  const { path, broadcastId } = publisher;
  await publisher.putSegment(1, publisher.broadcast.description.renditions[0]?.id ?? ('' as never));
  expect(await get(`${path}/v720/2.0.m4s`)).toBe(200);
  expect(await get(`${path}/v720/2.0.m4s`)).toBe(200);
  expect(await get(`${path}/v720/1.m4s`)).toBe(200);
  expect(await get(`${path}/a128/2.1.m4s`)).toBe(200);
  // None of these is media that somebody plays.
  expect(await get(`${path}/v720/init-0.mp4`)).toBe(200);
  expect(await get(`${path}/v720/9.0.m4s`)).toBe(404);
  expect(await get(`${path}/v720/2.2.m4s`, { method: 'HEAD' })).toBe(200);
  expect(await get(`${path}/v720.m3u8`)).toBe(200);
  expect(count).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 2_001);
  expect(await get(`${path}/v720/2.1.m4s`, { headers: { range: 'bytes=0-9' } })).toBe(206);
  expect(await get(`${path}/v720/2.1.m4s`, { headers: { range: 'bytes=10-19' } })).toBe(206);
  await vi.waitFor(() => expect(count).toHaveBeenCalledTimes(1), 10_000);
  expect(count.mock.calls[0]).toEqual([
    {
      broadcastId,
      renditions: {
        v720: { '1': { segments: 1, parts: 0 }, '2': { segments: 0, parts: 3 } },
        a128: { '2': { segments: 0, parts: 1 } },
      },
      // All before the one that it was told with.
      requests: 8,
    },
  ]);
});

it('an isolate tells who began to watch: who asked for what lists the whole broadcast, and not again', async () => {
  const count = vi.spyOn(ChannelObject.prototype, 'count');
  const { channelId, broadcastId, path } = await TestPublisher.live(8);
  const live = `/live/${channelId}`;
  expect(await get(`${live}/index.m3u8`)).toBe(200);
  expect(await get(`${live}/index.m3u8`)).toBe(200);
  expect(await get(`${live}/muxed.m3u8`)).toBe(200);
  expect(await get(`${live}/manifest.mpd`)).toBe(200);
  expect(await get(`${live}/${broadcastId}.mpd?begins`)).toBe(200);
  // Whoever plays LL-DASH goes on with its broadcast's own MPD, and LL-HLS with the renditions' playlists.
  expect(await get(`${live}/${broadcastId}.mpd`)).toBe(200);
  expect(await get(`${path}/v720.m3u8`)).toBe(200);
  expect(await get(`${live}/index.m3u8`, { method: 'HEAD' })).toBe(200);
  expect(await get(`/live/nobody-${channelId}/index.m3u8`)).toBe(404);
  vi.setSystemTime(Date.now() + 2_001);
  expect(await get(`${path}/v720/2.0.m4s`)).toBe(200);
  await vi.waitFor(() => expect(count).toHaveBeenCalledTimes(2), 10_000);
  expect(count.mock.calls).toEqual([
    // Of whoever watches alone nothing more may be heard.
    [{ broadcastId, views: 1, renditions: {} }],
    [{ broadcastId, views: 4, renditions: { v720: { '2': { segments: 0, parts: 1 } } }, requests: 8 }],
  ]);
});

it('an isolate that was told that a broadcast is over wakes nobody up for who watches its recording', async () => {
  const count = vi.spyOn(ChannelObject.prototype, 'count');
  const first = await TestPublisher.live(8);
  await first.putSegment(1, V720);
  await first.returnLease();
  const second = await TestPublisher.live(8, { channelId: first.channelId });
  const watch = async ({ path }: TestPublisher) => {
    vi.setSystemTime(Date.now() + 2_001);
    expect(await get(`${path}/v720/1.m4s`)).toBe(200);
  };
  // It may be that the object has only not heard of it yet.
  for (let round = 0; round < 3; round += 1) await watch(first);
  await vi.waitFor(() => expect(count).toHaveBeenCalledTimes(2), 10_000);
  vi.setSystemTime(Date.now() + 60_000);
  await watch(first);
  await vi.waitFor(() => expect(count).toHaveBeenCalledTimes(3), 10_000);
  for (let round = 0; round < 3; round += 1) await watch(first);
  await watch(second);
  await watch(second);
  await vi.waitFor(() => expect(count.mock.calls.at(-1)?.[0].broadcastId).toBe(second.broadcastId), 10_000);
  expect(count).toHaveBeenCalledTimes(4);
});
