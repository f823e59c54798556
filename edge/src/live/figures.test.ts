import { env } from 'cloudflare:workers';
import { ChannelFigures, FIGURES_BIN_MS, Problem, type ViewerReport } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FetchCounter } from '../audience/fetches.ts';
import { ChannelObject } from '../channel/channel.object.ts';
import type { Region } from '../relay/region.ts';
import { relayName } from '../relay/relay-address.ts';
import { channelStub, directFetch, edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { resetObject } from '../testing/reset-object.ts';
import { testPlaybackToken } from '../testing/test-playback-token.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

// Only the clock is set: timers run as they do, and it goes on while something is waited for. Each test begins three
// seconds after a bin does, so that relays report within the same one.
beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(Math.ceil(Date.now() / FIGURES_BIN_MS) * FIGURES_BIN_MS + 3_000);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const REPORT = {
  playedMs: 9_500,
  stalls: 1,
  stalledMs: 500,
  isLive: true,
  droppedFrames: 0,
  latencyMs: 2_105,
  bufferMs: 1_400,
  renditionId: 'v720',
  engine: 'shaka',
} as const satisfies ViewerReport;
const BEACON = 'text/plain;charset=UTF-8';
const FROM_ASIA = { cf: { continent: 'AS', country: 'JP' } as IncomingRequestCfProperties };

type Ask = typeof edgeFetch;

function post(path: string, body: unknown, { ask = edgeFetch, init = {} }: { ask?: Ask; init?: RequestInit } = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': BEACON, origin: 'https://somebody.example', ...init.headers };
  return ask(`${path}/report`, { method: 'POST', body: text, ...init, headers });
}

async function figuresOf(
  { channelId }: Pick<TestPublisher, 'channelId'>,
  ask: Ask = edgeFetch,
): Promise<ChannelFigures> {
  const answer = await ask(`/live/${channelId}/figures.json`);
  expect(answer.status).toBe(200);
  return ChannelFigures.parse(await answer.json());
}

function later(timeMs: number): void {
  vi.setSystemTime(Date.now() + timeMs);
}

/** What isolates of a region tell its relay, beside the one that runs this test. */
async function tellRelay({ channelId, broadcastId }: TestPublisher, region: Region, told: (c: FetchCounter) => void) {
  const counter = new FetchCounter(broadcastId);
  told(counter);
  const relay = env.RELAY.getByName(relayName({ channelId, region, shard: 0 }));
  expect((await relay.count(counter.take())).reply.kind).toBe('audience');
}

describe('what players report', () => {
  it('through several isolates and relays is one figure at all of them', async () => {
    const publisher = await TestPublisher.live(8);
    expect((await post(publisher.path, REPORT)).status).toBe(204);
    await tellRelay(publisher, 'weur', (isolate) => {
      for (let viewer = 0; viewer < 8; viewer += 1) isolate.reported({ ...REPORT, startupMs: 700 }, 100);
      isolate.answered(30);
    });
    await tellRelay(publisher, 'apac', (isolate) => {
      isolate.reported({ ...REPORT, latencyMs: 4_990, engine: 'hls.js', renditionId: 'v720+a128' }, 100);
      isolate.reported({ ...REPORT, isLive: false, latencyMs: 900_000, renditionId: 'v1080' }, 100);
    });
    // Each relay reports when it hears the next beat, and hears what all have told with one after it.
    const [near] = await vi.waitFor(async () => {
      const both = [await figuresOf(publisher), await figuresOf(publisher, (path) => edgeFetch(path, FROM_ASIA))];
      for (const each of both) expect(each.experience?.reports).toBe(11);
      expect(both[0]).toEqual(both[1]);
      return both;
    }, 30_000);
    expect(near).toMatchObject({
      channelId: publisher.channelId,
      broadcastId: publisher.broadcastId,
      experience: {
        latencyMs: { p50: 2_110, p95: 4_990 },
        startupMs: { p50: 725, p95: 725 },
        stalledRatio: 0.05,
        stallsPerViewerHour: 360,
        bufferMs: 1_400,
        bitrateBps: null,
        renditions: { v720: 9, 'v720+a128': 1 },
        engines: { shaka: 10, 'hls.js': 1 },
      },
      totals: { starts: 8, playedMs: 11 * 9_500, stalls: 11, stalledMs: 11 * 500 },
    });
    expect(near?.requestsPerS).toBeGreaterThan(30 / 8);
    expect(near?.series.at(-1)).toMatchObject({ atMs: near?.atMs, latencyMsP50: 2_110, stalledRatio: 0.05 });
  });

  it('where no relays are in between, too, with every request for the channel', async () => {
    const publisher = await TestPublisher.live(8);
    const { path, channelId } = publisher;
    const live = `/live/${channelId}`;
    const addresses = [`${live}/index.m3u8`, `${live}/manifest.mpd`, `${path}/v720.m3u8`, `${path}/v720/2.0.m4s`];
    for (const address of [...addresses, `${live}/status.json`, `${live}/viewers.json`, `${live}/nothing.json`]) {
      await (await directFetch(address)).arrayBuffer();
    }
    for (const engine of ['shaka', 'hls.js', 'native']) await post(path, { ...REPORT, engine }, { ask: directFetch });
    const count = vi.spyOn(ChannelObject.prototype, 'count');
    later(2_001);
    await figuresOf(publisher, directFetch);
    await vi.waitFor(() => expect(count).toHaveBeenCalledTimes(1), 10_000);
    // Where no relay does, the object adds up what was told in four seconds.
    later(2_000);
    await figuresOf(publisher, directFetch);
    later(FIGURES_BIN_MS);
    const { requestsPerS, experience } = await figuresOf(publisher, directFetch);
    expect(experience).toMatchObject({ reports: 3, engines: { shaka: 1, 'hls.js': 1, native: 1 } });
    // Seven, three reports, and the figures with which they were told, in four seconds.
    expect(requestsPerS).toBe(2.7);
  });

  it('costs the channel no call of its own, and an isolate one in two seconds', async () => {
    const count = vi.spyOn(ChannelObject.prototype, 'count');
    const { path, broadcastId } = await TestPublisher.live(8);
    for (let viewer = 0; viewer < 50; viewer += 1) {
      expect((await post(path, REPORT, { ask: directFetch })).status).toBe(204);
    }
    later(2_001);
    await post(path, REPORT, { ask: directFetch });
    const calls = () => count.mock.calls.filter(([told]) => told.broadcastId === broadcastId);
    await vi.waitFor(() => expect(calls().length).toBe(2), 10_000);
    // The first one is how the isolate learns that there is such a broadcast.
    expect(calls()).toMatchObject([
      [{ broadcastId, reports: { sums: { reports: 1 } } }],
      [{ broadcastId, reports: { sums: { reports: 50 } }, requests: 51 }],
    ]);
  });

  it('is forgotten when the channel’s object is reset, and counted from then on', async () => {
    const publisher = await TestPublisher.live(8);
    await post(publisher.path, REPORT, { ask: directFetch });
    later(4_001);
    expect((await figuresOf(publisher, directFetch)).totals?.reports).toBe(1);
    await resetObject(channelStub(publisher.channelId));
    await publisher.announce(publisher.broadcast.parts(0, 8));
    expect(await figuresOf(publisher, directFetch)).toMatchObject({ totals: { reports: 0 }, series: [] });
    later(2_001);
    await post(publisher.path, REPORT, { ask: directFetch });
    await vi.waitFor(async () => {
      later(4_001);
      expect((await figuresOf(publisher, directFetch)).totals?.reports).toBe(1);
    }, 10_000);
  });
});

describe('a report', () => {
  it('is taken from any site without a preflight, and answered with nothing to keep', async () => {
    const { path } = await TestPublisher.live(4);
    const answer = await post(path, REPORT);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
    });
    expect((await post(path, REPORT, { init: { headers: { 'content-type': 'application/json' } } })).status).toBe(204);
  });

  it.each([
    ['no JSON', 'report-invalid', 400, '{'],
    ['nothing', 'report-invalid', 400, ''],
    ['a list', 'report-invalid', 400, [REPORT]],
    ['a field that is missing', 'report-invalid', 400, { ...REPORT, playedMs: undefined }],
    ['more time than there was', 'report-invalid', 400, { ...REPORT, playedMs: 3_600_000 }],
    ['somebody’s name', 'report-invalid', 400, { ...REPORT, viewerId: 'secret-7' }],
    ['a rendition that is none', 'report-invalid', 400, { ...REPORT, renditionId: 'secret-7' }],
    ['more than a kilobyte', 'request-too-large', 413, `${JSON.stringify(REPORT)}${' '.repeat(1_000)}`],
  ])('of %s is %s', async (_what, code, status, body) => {
    const { path } = await TestPublisher.live(4);
    const answer = await post(path, body);
    const text = await answer.text();
    expect([answer.status, Problem.parse(JSON.parse(text)).code]).toEqual([status, code]);
    expect(text).not.toContain('secret');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('is of a broadcast that the channel has', async () => {
    const nobody = freshChannelId();
    const { path, broadcastId, channelId } = await TestPublisher.live(4);
    const codeOf = async (place: string) => {
      const answer = await post(place, REPORT);
      return answer.status === 204 ? 204 : Problem.parse(await answer.json()).code;
    };
    expect(await codeOf(`/live/${nobody}/${broadcastId}`)).toBe('channel-offline');
    expect(await codeOf(`/live/${channelId}/0000000000o000000000`)).toBe('no-such-broadcast');
    // Once more: it is remembered now.
    expect(await codeOf(`/live/${channelId}/0000000000o000000000`)).toBe('no-such-broadcast');
    expect(await codeOf(`/live/${channelId}/SHORT`)).toBe('malformed-path');
    expect(await codeOf(path)).toBe(204);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await edgeFetch(`${path}/report`, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    }
  });

  it('of a broadcast that has ended is taken and changes nothing', async () => {
    const publisher = await TestPublisher.live(8);
    await post(publisher.path, REPORT, { ask: directFetch });
    await publisher.returnLease();
    expect((await post(publisher.path, REPORT, { ask: directFetch })).status).toBe(204);
    later(4_001);
    expect(await figuresOf(publisher, directFetch)).toEqual({
      channelId: publisher.channelId,
      broadcastId: null,
      viewers: 0,
      renditions: {},
      atMs: null,
      requestsPerS: null,
      experience: null,
      totals: null,
      series: [],
    });
    expect(await figuresOf(publisher)).toMatchObject({ broadcastId: null, totals: null });
  });
});

describe('figures', () => {
  it('are shown to any page, and kept by no cache', async () => {
    const { channelId } = await TestPublisher.live(4);
    const answer = await edgeFetch(`/live/${channelId}/figures.json`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
    });
    await answer.arrayBuffer();
  });

  it('of a channel that nobody has published to are none', async () => {
    const channelId = freshChannelId();
    expect(await figuresOf({ channelId })).toMatchObject({ channelId, broadcastId: null, series: [] });
  });

  it('count viewers as viewers.json does', async () => {
    const publisher = await TestPublisher.live(80);
    await figuresOf(publisher, directFetch);
    later(19_001);
    const fetched = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i + 1, { segments: 7, parts: 0 }]));
    const { broadcastId, channelId } = publisher;
    await channelStub(channelId).count({ broadcastId, renditions: { v720: fetched } });
    later(4_001);
    const audience = await (await directFetch(`/live/${channelId}/viewers.json`)).json<object>();
    expect(audience).toMatchObject({ viewers: 7, renditions: { v720: 7 } });
    expect(await figuresOf(publisher, directFetch)).toMatchObject(audience);
    later(10_000);
    expect((await figuresOf(publisher, directFetch)).series.at(-1)).toMatchObject({ viewers: 7 });
  });

  it('and reports of a private broadcast are for those with a token', async () => {
    const publisher = await TestPublisher.live(8, { isPrivate: true });
    const { channelId, path } = publisher;
    const without = [await edgeFetch(`/live/${channelId}/figures.json`), await post(path, REPORT)];
    for (const answer of without) {
      expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([403, 'token-required']);
    }
    const token = await testPlaybackToken({ channelId, claims: { heightPxMax: 360 } });
    const below = `/t/${token}`;
    expect((await post(`${below}${path}`, { ...REPORT, renditionId: 'v360' })).status).toBe(204);
    const answer = await edgeFetch(`${below}/live/${channelId}/figures.json`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const text = await answer.text();
    expect(ChannelFigures.parse(JSON.parse(text)).broadcastId).toBe(publisher.broadcastId);
    expect(text).not.toContain(token);
    const another = await testPlaybackToken({ channelId: 'another' });
    expect((await post(`/t/${another}${path}`, REPORT)).status).toBe(403);
  });
});
