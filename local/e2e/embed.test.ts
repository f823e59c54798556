import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsInBothLooks } from '../src/browser/axe.ts';
import { type ForeignSite, serveForeignSite } from '../src/browser/foreign-site.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';

const SEEN_MS_MAX = 60_000;
const FRAMES = 60;

let test: TestSystem;
let site: ForeignSite;
beforeAll(async () => {
  test = await TestSystem.start();
  test.publish({ widthPx: 640, heightPx: 360 });
  await untilLive(test.statusUrl);
  site = await serveForeignSite(test.system);
});
afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await test?.[Symbol.asyncDispose]();
});

/** What a page says to its console of policies that it breaks, and of answers that it may not read. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|CORS|NotSameOrigin|Cross-Origin|Permissions policy/i.test(message.text()))
      complaints.push(message.text());
  });
  return complaints;
}

/** As anybody may who has a token of the control API's. */
async function allow(embedSites: readonly string[] | null): Promise<void> {
  const { controlUrl, channelId, adminToken } = test.system;
  const answer = await fetch(`${controlUrl}/v1/channels/${channelId}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ embedSites }),
  });
  expect(answer.status).toBe(200);
}

async function frameOf(page: Page): Promise<Frame> {
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  if (frame === null) throw new Error('the page has no frame');
  return frame;
}

describe('a page of another site with the player’s module', () => {
  it.each([
    ['/module', 'shaka'],
    ['/module?engine=hls', 'hls.js'],
    ['/isolated', 'shaka'],
  ])('plays by %s with %s, and is asked for no more than its policy allows', async (path, engine) => {
    const { page, probe, close } = await test.newPage();
    const complaints = complaintsOf(page);
    await page.goto(site.byName + path);
    await probe.until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(await page.evaluate("document.querySelector('sluice-player').stats().engine")).toBe(engine);
    // Its own style is none that the page's policy is about.
    expect(await page.evaluate("getComputedStyle(document.querySelector('sluice-player')).aspectRatio")).toBe('16 / 9');
    // By the edge's clock: what tells it is read across sites, too.
    expect(await page.evaluate("document.querySelector('sluice-player').stats().edgeNowMs")).toEqual(
      expect.any(Number),
    );
    await close();
    expect(complaints).toEqual([]);
  });
});

describe('a page of another site with the embed page in a frame', () => {
  it('plays where any site may, by itself and without sound', async () => {
    const { page, probe, close } = await test.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${site.byName}/frame`);
    const frame = await frameOf(page);
    await probe.in(frame).until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(await frame.evaluate('window.sluice.stats()')).toMatchObject({ engine: 'shaka', isMuted: true });
    await close();
    expect(complaints).toEqual([]);
  });

  it('plays on the sites that the channel names, and the browser shows it on no other', async () => {
    await allow([site.byName]);
    const { page, probe, close } = await test.newPage();
    await page.goto(`${site.byName}/frame?engine=hls`);
    const frame = await frameOf(page);
    await probe.in(frame).until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(await frame.evaluate('window.sluice.stats().engine')).toBe('hls.js');

    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(`${site.byAddress}/frame`);
    await refused;
    const blocked = await frameOf(page);
    expect(blocked.url()).toMatch(/^chrome-error:/);
    expect(await blocked.locator('sluice-player').count()).toBe(0);

    // On its own it is a page like any other.
    await page.goto(test.watchUrl.replace('/watch/', '/embed/'));
    await probe.until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(await faultsInBothLooks(page)).toEqual([]);
    await page.goto(`${test.watchUrl.replace('/watch/', '/embed/')}?autoplay=0`);
    await page.getByRole('button', { name: /^Play/ }).waitFor();
    expect(await faultsInBothLooks(page)).toEqual([]);
    await allow([]);
    const none = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(`${site.byName}/frame`);
    await none;
    await close();
    await allow(null);
  });

  it('asks for nothing before play is pressed where it is told to wait, and then plays with sound', async () => {
    const { page, probe, requests, close } = await test.newPage();
    await page.goto(`${site.byName}/frame?autoplay=0&muted=0`);
    const frame = await frameOf(page);
    const play = frame.getByRole('button', { name: `Play ${test.system.channelId}` });
    await play.waitFor();
    const picturePx = () => frame.evaluate("document.querySelector('.begin img').naturalWidth");
    await expect.poll(picturePx, { timeout: SEEN_MS_MAX }).toBe(320);
    const asked = (['status', 'multivariant', 'init', 'segment', 'part'] as const).map((kind) => requests.count(kind));
    expect(asked).toEqual([0, 0, 0, 0, 0]);
    await play.click();
    await probe.in(frame).until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(await frame.evaluate('window.sluice.stats().isMuted')).toBe(false);
    await close();
  });
});
