import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type BarePages, serveBarePages } from '../src/browser/bare-page.ts';
import { chooseHeight } from '../src/browser/choose-height.ts';
import { summarisePlayback } from '../src/browser/playback-summary.ts';
import type { ProbeRecord } from '../src/browser/probe-record.ts';
import { VIDEO_ELEMENT } from '../src/browser/video-element.ts';
import { makeChannel } from '../src/local-channels.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';

const SEEN_MS_MAX = 60_000;
const RESTS = { timeout: 60_000, interval: 200 };
const FRAMES = 30;
const CHANNEL_ID = 'on-demand';
const LADDER = [
  { heightPx: 360, bitrateBps: 600_000 },
  { heightPx: 180, bitrateBps: 250_000 },
];
/** Over LL-HLS, over LL-DASH, and muxed. */
const PLAYERS = ['hls', 'shaka-dash', 'hls-muxed', 'dashjs'] as const;

let test: TestSystem;
let bare: BarePages;
beforeAll(async () => {
  [test, bare] = await Promise.all([TestSystem.start({ rest: { restAfterS: 1, idleAfterS: 1 } }), serveBarePages()]);
  const key = await makeChannel(test.system, { channelId: CHANNEL_ID, ladder: LADDER, onDemand: true });
  test.publish({ widthPx: 640, heightPx: 360 }, key);
  await untilLive(`${test.system.edgeUrl}/live/${CHANNEL_ID}/status.json`);
});
afterAll(async () => {
  await bare?.close();
  await test?.[Symbol.asyncDispose]();
});

/** docs/adr/0030-renditions-on-demand.md */
it('renditions that nobody watches are not made, and whoever wants one has it without noticing', async () => {
  const watched = await Promise.all(PLAYERS.map(openSmall));
  // Not encoded: that is when it rests most deeply.
  await vi.waitFor(async () => expect(await resting('encoding')).toBe(1), RESTS);
  for (const { probe } of watched) await probe.forget();

  const fromS = await Promise.all(watched.map(({ page }) => positionS(page)));
  await Promise.all(watched.map(({ page }) => chooseHeight(page, 360)));
  for (const [index, { page, probe, requests }] of watched.entries()) {
    const name = `the large picture in ${PLAYERS[index]}`;
    const seen = await probe.until(name, (record) => hasPlayed(record, 360), SEEN_MS_MAX);
    expect([name, summarisePlayback(seen).backwardSteps, requests.failed]).toEqual([name, 0, []]);
    expect([name, await bufferedRanges(page, fromS[index] ?? 0)]).toEqual([name, 1]);
    expect(seen.events.filter((event) => event.name === 'error')).toEqual([]);
  }
  expect([await resting('storage'), await resting('encoding')]).toEqual([0, 0]);
});

async function openSmall(player: (typeof PLAYERS)[number]): Promise<WatchedPage> {
  const watched = await test.newPage();
  await watched.page.goto(bare.url(player, `${test.system.edgeUrl}/live/${CHANNEL_ID}`));
  await watched.probe.until(`a picture in ${player}`, ({ frames }) => frames.length > 0, SEEN_MS_MAX);
  await chooseHeight(watched.page, 180);
  await watched.probe.until(`the small picture in ${player}`, (record) => hasPlayed(record, 180), SEEN_MS_MAX);
  return watched;
}

/** Renditions that are spared something, by the ingest node's own count. */
async function resting(from: 'storage' | 'encoding'): Promise<number> {
  const metrics = await (await fetch(test.system.metricsUrl)).text();
  const line = metrics.split('\n').find((each) => each.startsWith(`sluice_ingest_renditions_resting{from="${from}"}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** Pictures of the size, one after the other, up to the end of what was seen. */
function hasPlayed({ frames }: ProbeRecord, heightPx: number): boolean {
  const last = frames.slice(-FRAMES);
  return last.length === FRAMES && last.every((frame) => frame.heightPx === heightPx);
}

async function positionS(page: Page): Promise<number> {
  return await page.evaluate(`${VIDEO_ELEMENT}.currentTime`);
}

/** Those that end later: hls.js leaves a hole where it is told to change while it starts, before anything rested. */
async function bufferedRanges(page: Page, fromS: number): Promise<number> {
  const ends = 'Array.from({ length: buffered.length }, (_, index) => buffered.end(index))';
  const endsS: number[] = await page.evaluate(`(({ buffered }) => ${ends})(${VIDEO_ELEMENT})`);
  return endsS.filter((endS) => endS > fromS).length;
}
