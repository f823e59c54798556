import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { seeImage } from '../src/browser/image-clock.ts';
import { viewMediaPlaylist } from '../src/capture/playlist-view.ts';
import { makeChannel } from '../src/local-channels.ts';
import { metricSum } from '../src/metrics.ts';
import { childPids } from '../src/process-list.ts';
import type { PublisherProcess } from '../src/publish/publisher-process.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive, untilOffline } from '../src/until-live.ts';

const SEEN_MS_MAX = 60_000;
const LEFT_OVER = { timeout: 30_000, interval: 200 };
/** Loaded ahead, for the next broadcast: a transcoder, and a receiver of SRT. */
const SPARES = 2;

const Targets = z.object({ targets: z.array(z.object({ status: z.object({ state: z.string() }).nullable() })) });

let test: TestSystem;
let publisher: PublisherProcess | undefined;
beforeAll(async () => {
  test = await TestSystem.start({ arePrivateTargetsAllowed: true });
});
afterAll(() => test?.[Symbol.asyncDispose]());

it('ends the broadcast, with its storyboard whole, leaves nothing behind, and wakes the waiting page with the next one', async () => {
  const { page, probe } = await test.newPage();
  await page.goto(test.watchUrl);

  const { ingestPid } = test.system;
  const first = test.publish();
  await untilLive(test.statusUrl);
  await probe.until('the first broadcast', ({ frames }) => frames.length > 0, SEEN_MS_MAX);
  const playlistUrl = await anyMediaPlaylist();
  await vi.waitFor(async () => expect(await childPids(ingestPid)).toHaveLength(1 + SPARES), LEFT_OVER);

  expect((await first.stop()).reason).toBe('stopped');
  await untilOffline(test.statusUrl);
  expect(viewMediaPlaylist(await (await fetch(playlistUrl)).text()).isEnded).toBe(true);
  await expectStoryboard(page, new URL('storyboard.vtt', playlistUrl).href);
  await vi.waitFor(async () => {
    expect(await childPids(ingestPid)).toHaveLength(SPARES);
    expect(await metricSum(test.system.metricsUrl, 'sluice_ingest_connections')).toBe(0);
    expect(await metricSum(test.system.metricsUrl, 'sluice_ingest_broadcasts')).toBe(0);
  }, LEFT_OVER);

  await probe.forget();
  publisher = test.publish();
  const second = await publisher.publishing;
  const isNew = (drawnAtMs: number | undefined) => (drawnAtMs ?? 0) > (second?.publishingAtMs ?? Number.NaN);
  await probe.until('the next broadcast', ({ frames }) => frames.some((frame) => isNew(frame.drawnAtMs)), SEEN_MS_MAX);
});

/** The tiles that were not enough for a sprite until then are in one of their own. */
async function expectStoryboard(page: Page, url: string): Promise<void> {
  const cues = [...(await (await fetch(url)).text()).matchAll(/^(\S+)#xywh=\S+$/gm)].map(([, uri]) => uri ?? '');
  expect(new Set(cues)).toEqual(new Set([`storyboards/0-${cues.length}.jpg`]));
  const { widthPx } = await seeImage(page, new URL(cues[0] ?? '', url).href);
  expect(widthPx).toBe(Math.min(5, cues.length) * 160);
}

it('pushes the channel on to a target that is added while it is live, and ends that with it', async () => {
  const { controlUrl, adminToken, rtmpUrl, edgeUrl } = test.system;
  const streamKey = await makeChannel(test.system, { channelId: 'copy' });
  const targetsUrl = `${controlUrl}/v1/channels/${test.system.channelId}/restream-targets`;
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const state = async () =>
    Targets.parse(await (await fetch(targetsUrl, { headers })).json()).targets[0]?.status?.state;
  const made = await fetch(targetsUrl, { method: 'POST', headers, body: JSON.stringify({ url: rtmpUrl, streamKey }) });
  expect(made.status).toBe(201);

  // The publisher of the test before still sends.
  const copyUrl = `${edgeUrl}/live/copy/status.json`;
  await untilLive(copyUrl);
  await vi.waitFor(async () => expect(await state()).toBe('live'), LEFT_OVER);
  expect(await metricSum(test.system.metricsUrl, 'sluice_ingest_restream_live')).toBe(1);
  await publisher?.stop();
  await untilOffline(copyUrl);
  await vi.waitFor(async () => expect(await state()).toBe('stopped'), LEFT_OVER);
  expect(await metricSum(test.system.metricsUrl, 'sluice_ingest_restream_live')).toBe(0);
});

async function anyMediaPlaylist(): Promise<string> {
  const multivariant = await (await fetch(test.playlistUrl)).text();
  const uri = multivariant.split('\n').find((line) => line !== '' && !line.startsWith('#'));
  return new URL(uri ?? '', test.playlistUrl).href;
}
