import { createServer, type Server } from 'node:http';
import { ChannelFigures, ViewerReport } from '@sluice/contracts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { faultsInBothLooks } from '../src/browser/axe.ts';
import type { ShownFrame } from '../src/browser/probe-record.ts';
import { VIDEO_ELEMENT } from '../src/browser/video-element.ts';
import type { PublisherProcess } from '../src/publish/publisher-process.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive, untilOffline } from '../src/until-live.ts';

const SEEN_MS_MAX = 90_000;
/** A test that waits for several of them. */
const TEST_MS_MAX = 4 * SEEN_MS_MAX;
const SEEN = { timeout: SEEN_MS_MAX, interval: 500 };
const BIN_MS = 10_000;
/** So long relays keep what they are told of (audience). */
const PASSED_ON_MS = 4_000;
/** Between the console and the clock in the picture. */
const DIFFERENCE_MS_MAX = 100;
/** Two that watch, and the console, which plays, too. */
const WATCH_PAGES = 2;

/** A report that a page has sent. */
interface Sent {
  readonly atMs: number;
  readonly report: ViewerReport;
}

/** A page that plays, and what its player has reported. */
interface Watching extends WatchedPage {
  readonly sent: Sent[];
}

let test: TestSystem;
let publisher: PublisherProcess;
let watching: Watching[];
let page: Page;
let faults: string[];
let receiver: Server;

beforeAll(async () => {
  test = await TestSystem.start();
  // One small picture, on a machine that may have much else to do.
  await control('PATCH', `/v1/channels/${test.system.channelId}`, {
    isRecorded: true,
    ladder: [{ heightPx: 180, bitrateBps: 250_000 }],
  });
  publisher = test.publish({ widthPx: 640, heightPx: 360 });
  await untilLive(test.statusUrl);
  receiver = createServer((_request, response) => response.writeHead(204).end()).listen(0, '127.0.0.1');
  const ofConsole = await begin();
  watching = [ofConsole];
  page = ofConsole.page;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: test.system.edgeUrl });
  faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
});
afterAll(async () => {
  receiver?.close();
  await test?.[Symbol.asyncDispose]();
});

async function begin(): Promise<Watching> {
  const watched = await test.newPage();
  const sent: Sent[] = [];
  watched.page.on('request', (request) => {
    if (!request.url().endsWith('/report')) return;
    sent.push({ atMs: Date.now(), report: ViewerReport.parse(request.postDataJSON()) });
  });
  return { ...watched, sent };
}

async function control(method: string, path: string, body: object): Promise<void> {
  const { controlUrl, adminToken } = test.system;
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  expect((await fetch(controlUrl + path, { method, headers, body: JSON.stringify(body) })).ok).toBe(true);
}

async function figures(): Promise<ChannelFigures> {
  return ChannelFigures.parse(await (await fetch(`${test.channelUrl}/figures.json`)).json());
}

const address = (tab = '') => `${test.system.edgeUrl}/channels/${test.system.channelId}${tab}`;
const chart = (name: string) => page.getByRole('region', { name, exact: true });
const faultsOfScreen = () => faultsInBothLooks(page);

async function plays(where: Page, fromS = 1): Promise<void> {
  await expect.poll(() => where.evaluate(`${VIDEO_ELEMENT}.currentTime`), SEEN).toBeGreaterThan(fromS);
}

describe('the page of a channel that is live', () => {
  it('shows the picture, how the source is, and what it costs', { timeout: TEST_MS_MAX }, async () => {
    await page.goto(address());
    await page.getByText('Live', { exact: true }).nth(1).waitFor();
    await plays(page);
    for (const [name, figure] of [
      ['Ingest bitrate', /\d\.\d\d\s*Mbit\/s/],
      ['Frame rate', /\d\d\.\d\s*fps/],
      ['Encoding', /\d\.\d\s*×/],
      ['Upload lag', /\d\s*ms/],
      ['Requests', /\d\.\d\s*\/s/],
      ['Cost of this broadcast', /\d\.\d\d\s*¢/],
    ] as const) {
      await chart(name).getByText(figure).first().waitFor({ timeout: SEEN_MS_MAX });
    }
    await page.getByRole('row', { name: /^v180 320×180/ }).waitFor();
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    expect(await faultsOfScreen()).toEqual([]);
  });

  it('counts as many viewers as there are pages', { timeout: TEST_MS_MAX }, async () => {
    for (let count = 0; count < WATCH_PAGES; count += 1) watching.push(await begin());
    await Promise.all(watching.slice(-WATCH_PAGES).map((watched) => watched.page.goto(test.watchUrl)));
    for (const watched of watching) await plays(watched.page);
    expect(watching).toHaveLength(3);
    await chart('Viewers').getByText('3', { exact: true }).waitFor({ timeout: SEEN_MS_MAX });
    await page.getByText('3 viewers').first().waitFor({ timeout: SEEN_MS_MAX });
  });

  it('shows the latency that its viewers have by the clock in the picture', { timeout: TEST_MS_MAX }, async () => {
    const { atMs, shownMs } = await vi.waitFor(smoothBin, { ...SEEN, timeout: 3 * SEEN_MS_MAX });
    const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(atMs);
    await chart('Viewer latency').getByRole('button', { name: 'Viewer latency as a table' }).click();
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: clock }) });
    await row.waitFor({ timeout: SEEN_MS_MAX });
    const p50S = Number.parseFloat((await row.getByRole('cell').first().textContent()) ?? '');
    expect(Math.abs(p50S * 1_000 - shownMs)).toBeLessThan(DIFFERENCE_MS_MAX);
    const { experience, totals, requestsPerS } = await figures();
    expect([Object.keys(experience?.engines ?? {}), totals?.starts, totals?.failures]).toEqual([['shaka'], 3, {}]);
    expect(requestsPerS).toBeGreaterThan(1);
    expect(await faultsOfScreen()).toEqual([]);
  });

  it('cuts a clip by one drag over the strip, and its link plays', { timeout: TEST_MS_MAX }, async () => {
    const strip = page.getByRole('group', { name: 'Strip of pictures' });
    await strip.scrollIntoViewIfNeeded();
    const box = await strip.boundingBox();
    if (box === null) throw new Error('the strip is not to be seen');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.3, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, y, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('heading', { name: /^Clip \d+:\d\d$/ }).waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    await page.getByRole('textbox', { name: 'Title' }).fill('The first goal');
    await page.getByRole('button', { name: 'Make clip' }).click();
    const link = (await page.getByRole('status', { name: 'Link' }).textContent({ timeout: SEEN_MS_MAX })) ?? '';
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('heading', { name: 'The first goal' }).scrollIntoViewIfNeeded({ timeout: SEEN_MS_MAX });
    const picture = page.getByRole('listitem').filter({ hasText: 'The first goal' }).locator('.still-picture img');
    await picture.waitFor({ timeout: SEEN_MS_MAX });
    await vi.waitFor(
      async () => expect(await picture.evaluate((image) => Reflect.get(image, 'naturalWidth'))).toBe(320),
      SEEN,
    );
    const viewer = await test.newPage();
    await viewer.page.goto(link);
    await plays(viewer.page);
    await viewer.close();
  });

  it('marks a clip by keys, too', async () => {
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('i');
    await page.getByRole('slider', { name: 'Start of the clip' }).press('PageDown');
    await page.keyboard.press('Escape');
    await page.getByRole('slider', { name: 'Start of the clip' }).waitFor({ state: 'detached' });
  });
});

describe('whoever runs a stream', () => {
  it('has a program told of it, and sees that it was', async () => {
    await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
    await page.getByRole('button', { name: 'Add endpoint' }).first().click();
    const receiverAddress = receiver.address();
    if (receiverAddress === null || typeof receiverAddress === 'string') throw new Error('nobody receives');
    const url = `http://127.0.0.1:${receiverAddress.port}/hook`;
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add endpoint' }).click();
    await dialog.getByText('Write the whole address').waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    await dialog.getByRole('textbox', { name: 'URL' }).fill(url);
    await dialog.getByRole('button', { name: 'Add endpoint' }).click();
    await page.getByRole('heading', { name: 'Its signing secret' }).waitFor();
    expect(await page.getByText(/whsec_/).count()).toBe(0);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('region', { name: url }).getByRole('button', { name: 'Send a test' }).click();
    const delivery = page.getByRole('listitem').filter({ hasText: 'webhook.test' });
    await delivery.getByText('HTTP 204').waitFor({ timeout: SEEN_MS_MAX });
    expect(await faultsOfScreen()).toEqual([]);
  });

  it('replaces the key, which cuts the publisher, and goes on with the new one', { timeout: TEST_MS_MAX }, async () => {
    await page.goto(address());
    await page.getByRole('link', { name: 'Replace key' }).click();
    await page
      .getByRole('button', { name: /^Replace “/ })
      .first()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replace key' }).click();
    await page.getByRole('heading', { name: 'Your stream key' }).waitFor({ timeout: SEEN_MS_MAX });
    expect((await publisher.ended).reason).not.toBe('stopped');
    expect(await faultsOfScreen()).toEqual([]);
    await untilOffline(test.statusUrl);
    await page.getByRole('button', { name: 'Copy Stream key', exact: true }).click();
    await page.getByText('Copied: Stream key').waitFor({ state: 'attached' });
    test.publish({ widthPx: 640, heightPx: 360 }, String(await page.evaluate('navigator.clipboard.readText()')));
    await untilLive(test.statusUrl);
    await page.getByRole('link', { name: 'Live', exact: true }).click();
  });

  it('ends the broadcast, and watches its recording', { timeout: TEST_MS_MAX }, async () => {
    await page.getByRole('button', { name: 'End broadcast' }).click({ timeout: SEEN_MS_MAX });
    expect(await faultsOfScreen()).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await page.getByText('Offline', { exact: true }).waitFor({ timeout: SEEN_MS_MAX });
    expect(await faultsOfScreen()).toEqual([]);
    await page.getByRole('link', { name: 'Recordings' }).click();
    await page
      .getByRole('button', { name: /^Play the recording of/ })
      .first()
      .click({ timeout: SEEN_MS_MAX });
    await plays(page);
    expect(await faultsOfScreen()).toEqual([]);
    for (const tab of ['Restream', 'Share'] as const) {
      await page.getByRole('link', { name: tab, exact: true }).click();
      await page.getByRole('heading', { name: tab === 'Restream' ? 'Pushed on to nobody' : 'Links' }).waitFor();
      expect(await faultsOfScreen()).toEqual([]);
    }
  });

  it('has seen no fault of the page', () => expect(faults).toEqual([]));
});

/**
 * A bin of which all reports are of time without a stall; and the latency of half of them, by the clock in the picture. What is
 * told with a bin is of the one before it, too (FigureBins), and reports are on their way for some seconds.
 */
async function smoothBin(): Promise<{ readonly atMs: number; readonly shownMs: number }> {
  const { atMs, experience } = await figures();
  if (atMs === null || experience?.reports !== 2 * watching.length) {
    throw new Error(`there are not two reports of each page: ${JSON.stringify({ atMs, experience })}`);
  }
  const isOfBins = (sent: Sent) => sent.atMs <= atMs && sent.atMs > atMs - 2 * BIN_MS - PASSED_ON_MS;
  const told = watching.flatMap(({ sent, probe }) => sent.filter(isOfBins).map((each) => ({ ...each, probe })));
  const isSmooth = told.every(({ report }) => report.stalls === 0 && report.playedMs > 9_000 && report.isLive);
  if (!isSmooth) throw new Error(`a page stalled: ${JSON.stringify(told.map(({ report }) => report))}`);
  const latencies = await Promise.all(
    told.map(async (each) =>
      latencyByClock((await each.probe.look()).frames, each.atMs - each.report.playedMs, each.atMs),
    ),
  );
  const half = latencies.sort((one, other) => one - other)[Math.ceil(told.length / 2) - 1];
  return { atMs, shownMs: half ?? Number.NaN };
}

/** The mean of a time, from when a picture was drawn to when it was shown: nothing is taken off. */
function latencyByClock(frames: readonly ShownFrame[], fromMs: number, toMs: number): number {
  const ofTime = frames.filter(({ shownAtMs }) => shownAtMs > fromMs && shownAtMs <= toMs);
  return mean(ofTime.flatMap(({ drawnAtMs, shownAtMs }) => (drawnAtMs === undefined ? [] : [shownAtMs - drawnAtMs])));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
