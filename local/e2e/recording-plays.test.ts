import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ, BroadcastId, ChannelStatus, ClipId } from '@sluice/contracts';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readByFfmpeg } from '../../ingest-node/src/package/read-by-ffmpeg.ts';
import { BareFile } from '../src/browser/bare-file.ts';
import { type BarePages, type BarePlayer, serveBarePages } from '../src/browser/bare-page.ts';
import type { ShownFrame } from '../src/browser/probe-record.ts';
import { fileWithSeams } from '../src/export/file-with-seams.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive, untilOffline } from '../src/until-live.ts';

const SEEN_MS_MAX = 30_000;
const SOON = { timeout: SEEN_MS_MAX, interval: 200 };
/** From the end of a broadcast to its recording. */
const RECORDED = { timeout: 10_000, interval: 100 };
/** Frames are 33 ms apart, and the publisher draws when it comes to it. */
const CLOSE_MS = 150;
/** An isolate remembers images for 10 s. */
const FORGOTTEN = { timeout: 15_000, interval: 500 };
const CLIP_FROM_S = 2.5;
const CLIP_TO_S = 5;
const SEEK_S = 4.5;

const FRAME_S = 1 / 30;
const AAC_FRAME_S = AAC_FRAME_SAMPLES / AUDIO_SAMPLE_RATE_HZ;

const Clip = z.object({
  clipId: ClipId,
  broadcastId: BroadcastId,
  isPrivate: z.boolean(),
  urls: z.object({ hls: z.url() }),
});
const ExportLink = z.object({ url: z.url(), expiresAtMs: z.int() });

// What encoders say of themselves is not what a test prints.
Log.setLevel(AV_LOG_QUIET);

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
  const clipUrl = clip.urls.hls.replace('/index.m3u8', '');
  const clipped = await opened('hls', clipUrl);

  await publisher.stop();
  await untilOffline(test.statusUrl);
  const recordingUrl = `${test.system.edgeUrl}/vod/${broadcastId}`;
  await vi.waitFor(async () => expect((await fetch(`${recordingUrl}/index.m3u8`)).status).toBe(200), RECORDED);

  await expectPictures(recordingUrl);
  await expectPictures(clipUrl);

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

  const whole = await downloaded(`/v1/recordings/${broadcastId}/export`);
  await expectAllOf(whole, recordingUrl);
  await expectAllOf(await downloaded(`/v1/clips/${clip.clipId}/export`), clipUrl);
  await using opens = await BareFile.open((await test.newPage()).page, whole);
  expect(await opens.load()).toMatchObject({ heightPx: 360 });

  const pictures = [await pictureOf(recordingUrl), await pictureOf(clipUrl)];
  expect((await askControl('DELETE', `/v1/recordings/${broadcastId}`)).status).toBe(204);
  await expectPictures(clipUrl);
  expect((await askControl('DELETE', `/v1/clips/${clip.clipId}`)).status).toBe(204);
  for (const url of pictures) await vi.waitFor(async () => expect((await fetch(url)).status).toBe(404), FORGOTTEN);
});

/** docs/adr/0036-export-in-one-pass.md */
it('an exported file with seams shows the right picture wherever one goes in it, and plays to its end', async () => {
  await using opened = await BareFile.open((await test.newPage()).page, await fileWithSeams());
  expect((await opened.load()).durationS).toBeCloseTo(6 * 1.28, 2);
  // White in the first fifth of each second; between 2.56 s and 5.12 s in the larger size.
  for (const [timeS, heightPx, isWhite] of [
    [1.06, 90, true],
    [3.06, 180, true],
    [4.5, 180, false],
    [0.5, 90, false],
    [4.06, 180, true],
    [6.06, 90, true],
    [2.06, 90, true],
    [3.5, 180, false],
  ] as const) {
    expect(await opened.seek(timeS)).toMatchObject({ heightPx, isWhite });
  }
  await opened.seek(0);
  expect(await opened.playToEnd(4)).toMatchObject({ heightPx: 90 });
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

/** That others show where somebody links to a page. */
async function pictureOf(url: string): Promise<string> {
  const [, picture = ''] = /og:image" content="([^"]+)"/.exec(await (await fetch(url)).text()) ?? [];
  return picture;
}

/** The one of the page, and all of the seek bar. */
async function expectPictures(url: string): Promise<void> {
  const vttUrl = `${url}/storyboard.vtt`;
  const cues = [...(await (await fetch(vttUrl)).text()).matchAll(/^(\S+\.jpg)/gm)];
  expect(cues.length).toBeGreaterThan(0);
  const images = new Set(cues.map(([, uri]) => new URL(uri ?? '', vttUrl).href));
  for (const image of [await pictureOf(url), ...images]) {
    const answer = await fetch(image);
    expect([image, answer.status, answer.headers.get('content-type')]).toEqual([image, 200, 'image/jpeg']);
    // How a JPEG begins.
    expect([...(await answer.bytes()).subarray(0, 2)]).toEqual([0xff, 0xd8]);
  }
}

/** The file at the address that the control API gives. */
async function downloaded(path: string): Promise<Uint8Array> {
  const link = await askControl('POST', path, {});
  expect(link.status).toBe(201);
  const answer = await fetch(ExportLink.parse(await link.json()).url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
  return answer.bytes();
}

/** Every frame of a picture and of a sound that are listed there can be decoded, and the file is as long as their playlists. */
async function expectAllOf(file: Uint8Array, url: string): Promise<void> {
  const [pictureS, soundS] = await Promise.all([listedS(`${url}/v360.m3u8`), listedS(`${url}/a128.m3u8`)]);
  const { complaints, tracks } = await readByFfmpeg(file);
  expect(complaints).toEqual([]);
  const [picture, sound] = [tracks.find(({ isVideo }) => isVideo), tracks.find(({ isVideo }) => !isVideo)];
  expect(picture?.sizes).toEqual(['640x360']);
  expect(Math.abs((picture?.durationS ?? 0) - pictureS)).toBeLessThan(FRAME_S);
  expect(picture?.frameTimesS.length).toBe(Math.round(pictureS / FRAME_S));
  expect(Math.abs((sound?.durationS ?? 0) - soundS)).toBeLessThan(2 * AAC_FRAME_S);
  expect(Math.abs((sound?.frameTimesS.length ?? 0) - soundS / AAC_FRAME_S)).toBeLessThan(2);
}

async function listedS(url: string): Promise<number> {
  const lines = (await (await fetch(url)).text()).matchAll(/^#EXTINF:([0-9.]+)/gm);
  return [...lines].reduce((sum, [, durationS]) => sum + Number(durationS), 0);
}

async function askControl(method: string, path: string, body?: unknown): Promise<Response> {
  const { controlUrl, adminToken } = test.system;
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  return await fetch(controlUrl + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
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
