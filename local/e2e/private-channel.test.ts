import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlaybackTokenAnswer } from '@sluice/contracts';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BarePages, serveBarePages } from '../src/browser/bare-page.ts';
import { ChannelWatch } from '../src/demo/channel-watch.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';

const SEEN_MS_MAX = 60_000;
const SEEN = { timeout: SEEN_MS_MAX, interval: 300 };
/** A test that waits for several of them. */
const TEST_MS_MAX = 4 * SEEN_MS_MAX;
const FRAMES = 30;
const THUMBNAIL_WIDTH_PX = 320;
const CLIP_AFTER_S = 12;
const CLIP_TITLE = 'The first goal';

let test: TestSystem;
let pages: BarePages;
let logDirectory: string;
let log: FileHandle;
/** Everything that was minted here; none of it may be in a log. */
const tokens: string[] = [];

beforeAll(async () => {
  logDirectory = await mkdtemp(join(tmpdir(), 'sluice-log-'));
  log = await open(join(logDirectory, 'log'), 'a');
  test = await TestSystem.start({ log: log.fd, logLevel: 'debug' });
  pages = await serveBarePages();
  await control('PATCH', channelPath(), { isPrivate: true, isRecorded: true });
  test.publish({ widthPx: 640, heightPx: 360 });
  const watch = new ChannelWatch(test.statusUrl, AbortSignal.timeout(SEEN_MS_MAX));
  await watch.until(({ state }) => state === 'private');
});
afterAll(async () => {
  await pages?.close();
  await test?.[Symbol.asyncDispose]();
  await log?.close();
  await rm(logDirectory, { recursive: true, force: true });
});

async function control(method: string, path: string, body: object = {}): Promise<unknown> {
  const { controlUrl, adminToken } = test.system;
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const answer = await fetch(controlUrl + path, { method, headers, body: JSON.stringify(body) });
  expect([method, path, answer.ok]).toEqual([method, path, true]);
  return await answer.json();
}

function channelPath(rest = ''): string {
  return `/v1/channels/${test.system.channelId}${rest}`;
}

async function mint(request: object): Promise<PlaybackTokenAnswer> {
  const minted = PlaybackTokenAnswer.parse(await control('POST', channelPath('/playback-tokens'), request));
  tokens.push(minted.token);
  return minted;
}

async function widthOf(image: Locator): Promise<unknown> {
  return await image.evaluate((element) => 'naturalWidth' in element && element.naturalWidth);
}

/** Where a media element is, in seconds. */
async function placeOf(video: Locator): Promise<number> {
  return await video.evaluate((element) => ('currentTime' in element ? Number(element.currentTime) : Number.NaN));
}

/** From one share of its width to another. */
async function dragOver(element: Locator, from: number, to: number): Promise<void> {
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  if (box === null) throw new Error('it is not to be seen');
  const { mouse } = element.page();
  const y = box.y + box.height / 2;
  await mouse.move(box.x + box.width * from, y);
  await mouse.down();
  await mouse.move(box.x + box.width * to, y, { steps: 4 });
  await mouse.up();
}

/** For somebody who is not signed in. */
async function expectPlays(address: string): Promise<void> {
  const viewer = await test.newPage();
  await viewer.page.goto(address);
  await expect.poll(() => placeOf(viewer.page.locator('video')), SEEN).toBeGreaterThan(1);
  await viewer.close();
}

describe('a private channel', () => {
  it('plays in hls.js in a page of the site that its token is for, and on no other', async () => {
    // The pages are served on 127.0.0.1; under the name localhost it is another site, to browsers as to the edge.
    const ours = new URL(pages.url('hls', ''));
    ours.hostname = 'localhost';
    const { urls } = await mint({ sites: [ours.origin] });
    const address = pages.url('hls', urls.hls.replace('/index.m3u8', ''));

    const { page, probe, requests, close } = await test.newPage();
    const refused = page.waitForResponse((response) => response.url() === urls.hls);
    await page.goto(address);
    expect((await refused).status()).toBe(403);
    await page.goto(address.replace('127.0.0.1', 'localhost'));
    requests.reset();
    await probe.until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(requests.failed.filter((line) => line.startsWith('403'))).toEqual([]);
    await close();
  });

  it('plays on its watch page until the token is revoked, which the page then says', async () => {
    // Bound to the edge's own site: the page asks with its origin, and never with its address.
    const { urls, jti } = await mint({ heightPxMax: 360, sites: [test.system.edgeUrl] });
    const { page, probe, close } = await test.newPage();
    await page.goto(test.watchUrl);
    await page.getByText('This channel is private').first().waitFor({ timeout: SEEN_MS_MAX });
    await page.goto(urls.watch);
    await probe.until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(await control('POST', channelPath('/playback-revocations'), { jti })).toMatchObject({ isInForce: true });
    await page.getByText('The link was withdrawn.').first().waitFor({ timeout: SEEN_MS_MAX });
    await close();
  });

  describe('in the console', () => {
    let watched: WatchedPage;
    let page: Page;
    beforeAll(async () => {
      watched = await test.newPage();
      page = watched.page;
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: test.system.edgeUrl });
    });
    afterAll(() => watched?.close());

    it('is among the others with its picture', async () => {
      await page.goto(test.system.edgeUrl);
      const card = page.getByRole('listitem').filter({ hasText: test.system.channelId });
      await card.getByText('Private', { exact: true }).waitFor({ state: 'attached', timeout: SEEN_MS_MAX });
      await expect.poll(() => widthOf(card.locator('img')), SEEN).toBe(THUMBNAIL_WIDTH_PX);
      await card.getByRole('link', { name: test.system.channelId }).click();
    });

    it('plays, and is cut, and the link says what it gives away', { timeout: TEST_MS_MAX }, async () => {
      await expect.poll(() => placeOf(page.locator('video')), SEEN).toBeGreaterThan(1);
      await page.getByText('1 viewer', { exact: true }).waitFor({ timeout: SEEN_MS_MAX });
      await expect.poll(() => widthOf(page.locator('.strip img').first()), SEEN).toBe(THUMBNAIL_WIDTH_PX);
      // It plays what is some seconds old; the strip begins with the broadcast.
      await expect.poll(() => placeOf(page.locator('video')), SEEN).toBeGreaterThan(CLIP_AFTER_S);
      await dragOver(page.getByRole('group', { name: 'Strip of pictures' }), 0.3, 0.5);
      await page.getByRole('textbox', { name: 'Title' }).fill(CLIP_TITLE);
      await page.getByRole('button', { name: 'Make clip' }).click();
      await page.getByText('Whoever has it can watch this channel for 24 hours.').waitFor({ timeout: SEEN_MS_MAX });
      const link = String(await page.evaluate('navigator.clipboard.readText()'));
      expect(new URL(link).pathname).toMatch(/^\/t\/[^/]+\/clip\/[^/]+$/);
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await expectPlays(link);
    });

    it('shows the clip among others, plays it, and says so when its link is copied', async () => {
      const item = page.getByRole('listitem').filter({ hasText: CLIP_TITLE });
      await item.scrollIntoViewIfNeeded();
      await expect.poll(() => widthOf(item.locator('img')), SEEN).toBe(THUMBNAIL_WIDTH_PX);
      await item.getByRole('button', { name: `Play ${CLIP_TITLE}` }).click();
      await expect.poll(() => placeOf(item.locator('video')), SEEN).toBeGreaterThan(1);
      await item.getByRole('button', { name: `Copy link of ${CLIP_TITLE}` }).click();
      await page.locator('.toast', { hasText: 'The link is copied. Whoever has it can watch this channel' }).waitFor();
    });

    it('is shared by addresses that are made for it, and not before', async () => {
      await page.getByRole('link', { name: 'Share', exact: true }).click();
      await page.getByRole('heading', { name: 'A link to a private channel' }).waitFor();
      expect(await page.getByRole('heading', { name: 'Links', exact: true }).count()).toBe(0);
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByRole('button', { name: 'Copy Watch page', exact: true }).click();
      await page.getByText('Copied: Watch page').waitFor({ state: 'attached' });
      await expectPlays(String(await page.evaluate('navigator.clipboard.readText()')));
    });

    it('leaves a recording that plays', { timeout: TEST_MS_MAX }, async () => {
      await page.getByRole('link', { name: 'Live', exact: true }).click();
      await page.getByRole('button', { name: 'End broadcast' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
      await page.getByText('Offline', { exact: true }).waitFor({ timeout: SEEN_MS_MAX });
      await page.getByRole('link', { name: 'Recordings' }).click();
      const play = page.getByRole('button', { name: /^Play the recording of/ });
      await play.click({ timeout: SEEN_MS_MAX });
      await expect.poll(() => placeOf(page.locator('video')), SEEN).toBeGreaterThan(1);
      // Nothing of all that was asked for without the token.
      expect(watched.requests.failed.filter((line) => /^40[13]/.test(line))).toEqual([]);
    });

    it('stands in no address but those that were made to be copied', async () => {
      expect(page.url()).not.toContain('/t/');
      expect(await page.locator('a[href*="/t/"]').count()).toBe(0);
    });
  });

  it('leaves no token in any log', async () => {
    const lines = await readFile(join(logDirectory, 'log'), 'utf8');
    expect(lines).toContain('lease granted');
    expect(tokens).toHaveLength(2);
    for (const token of tokens) expect(lines).not.toContain(token.slice(-40));
    expect(lines).not.toMatch(/\/t\/eyJ/);
  });
});
