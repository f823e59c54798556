import { ChannelFigures } from '@sluice/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ourPageUrl } from '../src/browser/our-page.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';

const SEEN_MS_MAX = 60_000;
/** A report, the way to the channel's object and back, and the end of the bin. */
const TOLD = { timeout: 90_000, interval: 500 };
/** The place of a page's first report among others', which is drawn (ViewerReporter): as late as it can be. */
const LAST_SEAT = 'Math.random = () => 0.999;';

let test: TestSystem;
beforeAll(async () => {
  test = await TestSystem.start();
  test.publish({ widthPx: 640, heightPx: 360 });
  await untilLive(test.statusUrl);
});
afterAll(() => test?.[Symbol.asyncDispose]());

async function figures(): Promise<ChannelFigures> {
  return ChannelFigures.parse(await (await fetch(`${test.channelUrl}/figures.json`)).json());
}

/** What those tell who stay, and that it is true, is looked at in the console (console-channel). */
it('figures hear of who goes before anything was reported, and from pages of another site', async () => {
  const watched = await test.newPage();
  await watched.page.addInitScript({ content: LAST_SEAT });
  await watched.page.goto(ourPageUrl('watch-hls', test.watchUrl));
  await watched.probe.until('the picture', ({ frames }) => frames.length > 60, SEEN_MS_MAX);
  await watched.page.goto('about:blank');

  const { page } = await test.newPage();
  // Another port is another origin.
  await page.goto(`${test.system.controlUrl}/healthz`);
  const { broadcastId } = await figures();
  const body = JSON.stringify({ playedMs: 1, stalls: 0, stalledMs: 0, isLive: true, droppedFrames: 0 });
  const status = await page.evaluate(
    async ({ url, text }) => (await fetch(url, { method: 'POST', body: text, keepalive: true })).status,
    { url: `${test.channelUrl}/${broadcastId}/report`, text: body },
  );
  expect(status).toBe(204);
  await vi.waitFor(async () => expect((await figures()).totals).toMatchObject({ starts: 1, reports: 2 }), TOLD);
});
