import { BroadcastId, ChannelStatus } from '@sluice/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type BarePages, type BarePlayer, serveBarePages } from '../src/browser/bare-page.ts';
import type { ShownFrame } from '../src/browser/probe-record.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive, untilOffline } from '../src/until-live.ts';

const SEEN_MS_MAX = 30_000;
const SOON = { timeout: SEEN_MS_MAX, interval: 200 };
/** From the end of a broadcast to its recording. */
const RECORDED = { timeout: 10_000, interval: 100 };
/** Frames are 33 ms apart, and the publisher draws when it comes to it. */
const CLOSE_MS = 150;
const CLIP_FROM_S = 2.5;
const CLIP_TO_S = 5;
const SEEK_S = 4.5;

const Clip = z.object({ broadcastId: BroadcastId, isPrivate: z.boolean(), urls: z.object({ hls: z.url() }) });

let test: TestSystem;
let bare: BarePages;
beforeAll(async () => {
  [test, bare] = await Promise.all([TestSystem.start(), serveBarePages()]);
  const change = { isRecorded: true, ladder: [{ heightPx: 360, bitrateBps: 700_000 }] };
  expect((await askControl('PATCH', `/v1/channels/${test.system.channelId}`, change)).status).toBe(200);
});
afterAll(async () => {
  await test?.[Symbol.asyncDispose]();
  await bare?.close();
});

it('plays what was recorded, whole and as a clip, and the picture is that of the time', async () => {
  const publisher = test.publish({ widthPx: 640, heightPx: 360 });
  await untilLive(test.statusUrl);
  const { broadcastId, startedAtMs } = await liveBroadcast();
  const clip = await vi.waitFor(() => cutClip(startedAtMs), SOON);
  expect(clip).toMatchObject({ broadcastId, isPrivate: false });
  const clipped = await opened('hls', clip.urls.hls.replace('/index.m3u8', ''));

  await publisher.stop();
  await untilOffline(test.statusUrl);
  const recordingUrl = `${test.system.edgeUrl}/vod/${broadcastId}`;
  await vi.waitFor(async () => expect((await fetch(`${recordingUrl}/index.m3u8`)).status).toBe(200), RECORDED);

  const watched = await opened('hls', recordingUrl);
  const [first] = await framesFrom(watched, 0);
  // How much later than it was drawn a picture is dated: the way to the encoder, the same all the time.
  const lateMs = startedAtMs - (first?.drawnAtMs ?? Number.NaN) + (first?.mediaTimeS ?? Number.NaN) * 1_000;
  expect(lateMs).toBeGreaterThan(-CLOSE_MS);
  expect(lateMs).toBeLessThan(2_000);
  const isInTime = ({ drawnAtMs = Number.NaN, mediaTimeS }: ShownFrame) =>
    Math.abs(startedAtMs + mediaTimeS * 1_000 - lateMs - drawnAtMs) < CLOSE_MS;
  await watched.page.evaluate(`document.querySelector('video').currentTime = ${SEEK_S}`);
  const sought = await framesFrom(watched, SEEK_S);
  expect(sought[0]?.mediaTimeS).toBeLessThan(SEEK_S + 0.1);
  expect(sought.filter((frame) => !isInTime(frame))).toEqual([]);

  // hls.js shows the first picture of all for a moment before it goes to where EXT-X-START says.
  const [firstOfClip] = (await framesFrom(clipped, 0)).filter(({ mediaTimeS }) => mediaTimeS > 0);
  const askedMs = startedAtMs + CLIP_FROM_S * 1_000 - lateMs;
  expect(Math.abs((firstOfClip?.drawnAtMs ?? Number.NaN) - askedMs)).toBeLessThan(CLOSE_MS);

  const dash = await opened('shaka-dash', recordingUrl);
  expect((await framesFrom(dash, 0)).filter((frame) => !isInTime(frame))).toEqual([]);
  for (const { requests } of [watched, clipped, dash]) expect(requests.failed).toEqual([]);
});

async function liveBroadcast(): Promise<{ readonly broadcastId: BroadcastId; readonly startedAtMs: number }> {
  const { broadcast } = ChannelStatus.parse(await (await fetch(test.statusUrl)).json());
  if (broadcast === null) throw new Error('nothing is live');
  return broadcast;
}

/** Rejects while its time has not been shown. */
async function cutClip(startedAtMs: number): Promise<z.infer<typeof Clip>> {
  const { channelId } = test.system;
  const [from, to] = [startedAtMs + CLIP_FROM_S * 1_000, startedAtMs + CLIP_TO_S * 1_000];
  const answer = await askControl('POST', '/v1/clips', { channelId, from, to });
  return Clip.parse(await answer.json());
}

async function askControl(method: string, path: string, body: unknown): Promise<Response> {
  const { controlUrl, adminToken } = test.system;
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  return await fetch(controlUrl + path, { method, headers, body: JSON.stringify(body) });
}

async function opened(player: BarePlayer, url: string): Promise<WatchedPage> {
  const watched = await test.newPage();
  await watched.page.goto(bare.url(player, url));
  return watched;
}

/** Pictures from a place in the media on whose clock could be read. */
async function framesFrom({ probe }: WatchedPage, mediaTimeS: number): Promise<ShownFrame[]> {
  const ofThem = (frames: readonly ShownFrame[]) =>
    frames.filter((frame) => frame.mediaTimeS >= mediaTimeS && frame.drawnAtMs !== undefined);
  const seen = await probe.until('some pictures', ({ frames }) => ofThem(frames).length >= 15, SEEN_MS_MAX);
  return ofThem(seen.frames);
}
