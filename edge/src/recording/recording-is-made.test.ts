import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { partKey, type RenditionId, recordingKey, segmentKey } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkRecordedMpd } from '../mpd-check/mpd-check.ts';
import { checkMediaPlaylist, checkPresentation } from '../playlist-check/playlist-check.ts';
import { bodyText, channelStub, edgeFetch, okText } from '../testing/edge-client.ts';
import { passTime, stopRecorded, untilRecorded } from '../testing/end-of-broadcast.ts';
import { recordedObject } from '../testing/recorded-object.ts';
import { A128, V360, V720 } from '../testing/test-broadcast.ts';
import { segmentBytes, TestPublisher, type TestPublisherOptions } from '../testing/test-publisher.ts';
import { untilStored } from '../testing/until-stored.ts';

const logged: string[] = [];

// Only the clock is set: timers run as they do, and the object's alarm is rung by hand.
beforeEach(() => {
  vi.useFakeTimers();
  logged.length = 0;
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void logged.push(line));
  }
});
afterEach(() => {
  vi.useRealTimers();
});

function recorded(partCount: number, options: TestPublisherOptions = {}): Promise<TestPublisher> {
  return TestPublisher.live(partCount, { isRecorded: true, ...options });
}

function idsOf({ broadcast }: TestPublisher): RenditionId[] {
  return broadcast.description.renditions.map(({ id }) => id);
}

async function putSegments(publisher: TestPublisher, from: number, to: number): Promise<void> {
  const msns = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  await Promise.all(idsOf(publisher).flatMap((id) => msns.map((msn) => publisher.putSegment(msn, id))));
}

/** All playlists of it, which are good, by themselves and together. */
async function playedBack(publisher: TestPublisher) {
  const { broadcastId } = publisher;
  const uris = idsOf(publisher).map((id) => `${id}.m3u8`);
  const read = uris.map(async (uri) => {
    const { playlist, violations } = checkMediaPlaylist(await okText(`/vod/${broadcastId}/${uri}`));
    expect(violations).toEqual([]);
    return [uri, playlist] as const;
  });
  const presentation = new Map(await Promise.all(read));
  expect(checkPresentation(presentation)).toEqual([]);
  const mpd = checkRecordedMpd(await okText(`/vod/${broadcastId}/manifest.mpd`));
  expect(mpd.violations).toEqual([]);
  return presentation;
}

function gapsOf(presentation: Awaited<ReturnType<typeof playedBack>>, id: string): number[] {
  return (presentation.get(`${id}.m3u8`)?.segments ?? []).filter(({ isGap }) => isGap).map(({ msn }) => msn);
}

async function keptKeys({ channelId }: TestPublisher): Promise<string[]> {
  return runInDurableObject(channelStub(channelId), (_object, { storage }) =>
    [...storage.kv.list()].map(([key]) => key).filter((key) => /^(recording|timeline)\//.test(key)),
  );
}

function countLogged(words: string): number {
  return logged.filter((line) => line.includes(words)).length;
}

describe('a broadcast that is recorded', () => {
  it('is a recording once its publisher has stopped, and the control API is told of it', async () => {
    const publisher = await recorded(10);
    await putSegments(publisher, 1, 2);
    const manifest = await stopRecorded(publisher);
    expect(manifest).toMatchObject({
      version: 1,
      channelId: publisher.channelId,
      broadcastId: publisher.broadcastId,
      isPrivate: false,
      totals: { durationMs: 5_333, gapMs: 0 },
    });
    const presentation = await playedBack(publisher);
    expect(presentation.get('v720.m3u8')?.segments.map(({ msn }) => msn)).toEqual([1, 2, 3]);
    expect(countLogged('a recording is ready')).toBe(1);
    expect(await keptKeys(publisher)).toEqual([]);
  });

  it('has the storyboard that its broadcast had, where that lay', async () => {
    const publisher = await recorded(8);
    const sprite = { firstSlot: 0, tileCount: 2, tileWidthPx: 160, tileHeightPx: 90 };
    await publisher.announce([], { thumbnails: { newestSlot: 1, sprites: [sprite] } });
    await stopRecorded(publisher);
    const text = await okText(`/vod/${publisher.broadcastId}/storyboard.vtt`);
    const folder = `../../live/${publisher.channelId}/${publisher.broadcastId}/storyboards`;
    expect(text).toContain(`00:00:05.000 --> 00:00:10.000\n${folder}/0-2.jpg#xywh=160,0,160,90\n`);
  });

  it('knows a picture of itself that is there: near where it looks like itself, or none', async () => {
    const publisher = await recorded(40);
    for (const slot of [0, 1]) await publisher.show(slot);
    // Told of, and never stored.
    await publisher.announce([], { thumbnails: { newestSlot: 3, sprites: [] } });
    expect((await stopRecorded(publisher))?.pictureSlot).toBe(1);
    const without = await recorded(40);
    await without.announce([], { thumbnails: { newestSlot: 3, sprites: [] } });
    expect((await stopRecorded(without))?.pictureSlot).toBeUndefined();
  });

  it('is one that begins with its first segment, however short its window', async () => {
    const publisher = await recorded(0, { dvrWindowS: 30, renditionIds: [A128] });
    for (let ordinal = 0; ordinal < 100; ordinal += 20) await publisher.publish(ordinal, ordinal + 20);
    await stopRecorded(publisher);
    const presentation = await playedBack(publisher);
    expect(presentation.get('a128.m3u8')?.segments.length).toBe(25);
    expect(presentation.get('a128.m3u8')?.mediaSequence).toBe(1);
  });

  it('is none before it has ended, and none of a channel that is not recorded', async () => {
    const live = await recorded(8);
    expect((await edgeFetch(`/vod/${live.broadcastId}/index.m3u8`)).status).toBe(404);
    const other = await TestPublisher.live(8);
    expect(await stopRecorded(other)).toBeUndefined();
    const answer = await edgeFetch(`/vod/${other.broadcastId}/index.m3u8`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(await answer.json()).toMatchObject({ code: 'no-such-recording' });
  });

  it('of which nothing was whole is none, and none is kept', async () => {
    const publisher = await TestPublisher.begin({ isRecorded: true });
    expect(await stopRecorded(publisher)).toBeUndefined();
    expect(await keptKeys(publisher)).toEqual([]);
  });

  it('is a recording when another broadcast takes its place', async () => {
    const first = await TestPublisher.begin({ isRecorded: true });
    await first.describe();
    await first.publish(0, 8);
    await first.returnLease();
    const second = await recorded(4, { channelId: first.channelId });
    expect(second.broadcastId).not.toBe(first.broadcastId);
    await passTime(first, 2_000);
    expect(await recordedObject(recordingKey(first.broadcastId))).toBeDefined();
    await stopRecorded(second);
    expect(await recordedObject(recordingKey(second.broadcastId))).toBeDefined();
  });

  it('is whole though its object was reset in the middle, and again before the recording was made', async () => {
    const publisher = await recorded(24, { renditionIds: [V360] });
    await untilStored(publisher, 6);
    await evictDurableObject(channelStub(publisher.channelId));
    await publisher.publish(24, 40);
    await publisher.returnLease();
    await evictDurableObject(channelStub(publisher.channelId));
    await passTime(publisher, 2_000);
    const { segments } = (await playedBack(publisher)).get('v360.m3u8') ?? {};
    expect(segments?.map(({ msn }) => msn)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
    expect((await recordedObject(recordingKey(publisher.broadcastId)))?.totals.gapMs).toBe(0);
  });
});

describe('the recording of a broadcast whose node has died', () => {
  async function killed(publisher: TestPublisher): Promise<void> {
    await passTime(publisher, 10_100);
    await passTime(publisher, 60_100);
    await untilRecorded(publisher);
  }

  it('has all that was announced: segments without an object of their own are put together, once', async () => {
    const publisher = await recorded(12);
    await putSegments(publisher, 1, 1);
    await killed(publisher);
    expect(gapsOf(await playedBack(publisher), V720)).toEqual([]);
    for (const id of idsOf(publisher)) {
      const object = await env.MEDIA.get(segmentKey(publisher.place(id), 3));
      expect(new Uint8Array((await object?.arrayBuffer()) ?? [])).toEqual(segmentBytes(publisher.broadcast, 3, id));
    }
    expect(countLogged('put together')).toBe(6);
  });

  it('has a gap where parts are missing as well', async () => {
    const publisher = await recorded(12);
    await env.MEDIA.delete(partKey(publisher.place(V720), 2, 1));
    await killed(publisher);
    const presentation = await playedBack(publisher);
    expect([gapsOf(presentation, V720), gapsOf(presentation, V360)]).toEqual([[2], []]);
    expect(countLogged('a recorded segment is a gap')).toBe(1);
  });

  it('has segments of a node that died in the middle, though another went on', async () => {
    const renditionIds = [V720];
    const first = await recorded(9, { renditionIds });
    const { channelId } = first;
    const second = await TestPublisher.begin({ channelId, nodeId: 'node-b', isRecorded: true, renditionIds });
    expect(second.broadcastId).toBe(first.broadcastId);
    // Far enough from the end that only the change of nodes makes them doubtful.
    for (let ordinal = 9; ordinal < 161; ordinal += 38) await second.publish(ordinal, ordinal + 38);
    await putSegments(second, 4, 40);
    await stopRecorded(second);
    expect(await env.MEDIA.head(segmentKey(first.place(V720), 2))).not.toBeNull();
    expect(await env.MEDIA.head(segmentKey(first.place(V720), 3))).not.toBeNull();
    expect(gapsOf(await playedBack(second), V720)).toEqual([]);
  });

  it('has what was stored in the end, though nobody lived to tell it', async () => {
    const publisher = await recorded(8, { renditionIds: [V720, A128] });
    // In the bucket; the object was told nothing of it, or knows nothing of it any more.
    await publisher.put(8, 12);
    await killed(publisher);
    const presentation = await playedBack(publisher);
    expect(presentation.get('v720.m3u8')?.segments.map(({ msn }) => msn)).toEqual([1, 2, 3]);
    expect(countLogged('a segment of which nobody told is recorded')).toBe(2);
    const { totals } = (await recordedObject(recordingKey(publisher.broadcastId))) ?? {};
    const sizeBytes = [1, 2, 3].flatMap((msn) =>
      [V720, A128].map((id) => segmentBytes(publisher.broadcast, msn, id).length),
    );
    expect(totals).toEqual({ durationMs: 6_400, gapMs: 0, sizeBytes: sizeBytes.reduce((sum, each) => sum + each, 0) });
  });

  it('has nothing behind what was not stored', async () => {
    const publisher = await recorded(8, { renditionIds: [V720] });
    await publisher.put(12, 16);
    await killed(publisher);
    expect((await playedBack(publisher)).get('v720.m3u8')?.segments.map(({ msn }) => msn)).toEqual([1, 2]);
    const { totals } = (await recordedObject(recordingKey(publisher.broadcastId))) ?? {};
    const sizesBytes = [1, 2].map((msn) => segmentBytes(publisher.broadcast, msn, V720).length);
    expect(totals?.sizeBytes).toBe(sizesBytes.reduce((sum, each) => sum + each, 0));
  });

  interface GoneOn {
    readonly renditionIds: readonly RenditionId[];
    /** Parts that were told, and those behind them that lie in the bucket and were not. */
    readonly told: number;
    readonly stored: number;
    /** Another node goes on from here, to the end. */
    readonly gapTo: number;
    readonly end: number;
  }

  async function goneOnBehind({ renditionIds, told, stored, gapTo, end }: GoneOn) {
    const first = await recorded(told, { renditionIds });
    await first.put(told, stored);
    const { channelId } = first;
    const second = await TestPublisher.begin({ channelId, nodeId: 'node-b', isRecorded: true, renditionIds });
    const gap = { isGap: true, sizeBytes: 0, isIndependent: false };
    await second.announce(second.broadcast.parts(told, gapTo).map((part) => ({ ...part, ...gap })));
    await second.publish(gapTo, end);
    await stopRecorded(second);
    return { first, second };
  }

  it('has what was stored before another node went on, where the playlist had a gap', async () => {
    const renditionIds = [V720, A128];
    const { first, second } = await goneOnBehind({ renditionIds, told: 8, stored: 12, gapTo: 16, end: 24 });
    const presentation = await playedBack(second);
    expect([gapsOf(presentation, V720), gapsOf(presentation, A128)]).toEqual([[4], [4]]);
    expect((await recordedObject(recordingKey(first.broadcastId)))?.totals.gapMs).toBe(2_133);
  });

  it('has what was stored of a segment whose first parts were told', async () => {
    const renditionIds = [V720];
    const { first, second } = await goneOnBehind({ renditionIds, told: 9, stored: 12, gapTo: 12, end: 16 });
    expect(gapsOf(await playedBack(second), V720)).toEqual([]);
    const object = await env.MEDIA.get(segmentKey(first.place(V720), 3));
    expect(new Uint8Array((await object?.arrayBuffer()) ?? [])).toEqual(segmentBytes(first.broadcast, 3, V720));
  });

  it('has a gap where another node went on in the middle of what was stored', async () => {
    const renditionIds = [V720];
    const { second } = await goneOnBehind({ renditionIds, told: 8, stored: 12, gapTo: 10, end: 16 });
    expect(gapsOf(await playedBack(second), V720)).toEqual([3]);
  });

  it('goes on where it was when its object is reset between two steps', async () => {
    const publisher = await recorded(0);
    // Doubtful are 16 segments in three renditions, of which no more than 32 are put together at a time.
    for (let ordinal = 0; ordinal < 80; ordinal += 20) await publisher.publish(ordinal, ordinal + 20);
    await publisher.returnLease();
    await passTime(publisher, 2_000);
    expect(await recordedObject(recordingKey(publisher.broadcastId))).toBeUndefined();
    expect(countLogged('put together')).toBe(32);
    await evictDurableObject(channelStub(publisher.channelId));
    expect(await untilRecorded(publisher)).toBeDefined();
    expect(countLogged('put together')).toBe(48);
  });
});

describe('the media of a recording', () => {
  it('is there when the channel has forgotten the broadcast, out of parts where a segment has no object', async () => {
    const publisher = await recorded(100, { renditionIds: [V720, A128] });
    await stopRecorded(publisher);
    await passTime(publisher, 30_000 + 60_100);
    expect((await edgeFetch(`${publisher.path}/v720.m3u8`)).status).toBe(404);
    // Nobody doubted the third segment, and storage was slow when it should have been stored.
    expect(await env.MEDIA.head(segmentKey(publisher.place(V720), 3))).toBeNull();
    for (const msn of [3, 25]) {
      const answer = await edgeFetch(`${publisher.path}/v720/${msn}.m4s`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(segmentBytes(publisher.broadcast, msn, V720));
    }
    const muxed = await edgeFetch(`${publisher.path}/v720+a128/3.m4s`);
    expect((await muxed.arrayBuffer()).byteLength).toBe(
      segmentBytes(publisher.broadcast, 3, V720).length + segmentBytes(publisher.broadcast, 3, A128).length,
    );
    for (const path of ['v720/26.m4s', 'v720/3.9.m4s', 'v480/3.m4s', 'v720/3.m4s?init=7']) {
      const { status } = await edgeFetch(`${publisher.path}/${path}`);
      expect([path, status === 404 || path.includes('init')]).toEqual([path, true]);
    }
    const stranger = await edgeFetch(
      `/live/another-${publisher.channelId.slice(5)}/${publisher.broadcastId}/v720/3.m4s`,
    );
    expect(stranger.status).toBe(404);
  });
});

describe('the addresses of a recording', () => {
  it('are those of its playlists, with a short life, for anybody', async () => {
    const publisher = await recorded(12, { delivery: 'muxed' });
    await stopRecorded(publisher);
    const at = `/vod/${publisher.broadcastId}`;
    const index = await edgeFetch(`${at}/index.m3u8`);
    expect([index.status, index.headers.get('cache-control'), index.headers.get('content-type')]).toEqual([
      200,
      'public, max-age=30, stale-if-error=0',
      'application/vnd.apple.mpegurl',
    ]);
    expect(index.headers.get('access-control-allow-origin')).toBe('*');
    const text = await bodyText(index);
    expect(text).toContain('\nv720.m3u8\n');
    expect(text).toContain('URI="a128.m3u8"');
    expect(await okText(`${at}/muxed.m3u8`)).toContain('\nv720+a128.m3u8\n');
    expect(checkMediaPlaylist(await okText(`${at}/v720+a128.m3u8`)).violations).toEqual([]);
    expect(await okText(`${at}/index.mpd`)).toBe(await okText(`${at}/manifest.mpd`));
    expect((await edgeFetch(`${at}/v720.m3u8`, { method: 'HEAD' })).status).toBe(200);
  });

  it.each([
    ['GET', '/v1080.m3u8', 404, 'no-such-rendition'],
    ['GET', '/nonsense.m3u8', 400, 'malformed-path'],
    ['GET', '/', 404, 'no-such-address'],
    ['POST', '/index.m3u8', 405, 'method-not-allowed'],
  ])('%s %s is refused with %i', async (method, path, status, code) => {
    const publisher = await recorded(12);
    await stopRecorded(publisher);
    const answer = await edgeFetch(`/vod/${publisher.broadcastId}${path}`, { method });
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
  });

  it('are none of what is no id, and none of a manifest that cannot be read', async () => {
    expect((await edgeFetch('/vod/UPPER/index.m3u8')).status).toBe(400);
    const key = '_vod/0mww8blwxoz6wtlh8p63.json';
    for (const text of ['{', JSON.stringify({ version: 2 })]) {
      await env.MEDIA.put(key, text);
      const answer = await edgeFetch('/vod/0mww8blwxoz6wtlh8p63/index.m3u8');
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([503, 'no-store']);
    }
    await env.MEDIA.delete(key);
  });
});
