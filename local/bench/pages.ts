import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type BarePages, serveBarePages } from '../src/browser/bare-page.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { milliseconds, printLine, printTable } from './table.ts';

/** What an ordinary phone has less than the machine that this runs on (Lighthouse's own figure for its mobile runs). */
const CPU_SLOWDOWN = 4;
const INTERACTIVE_MS_MAX = 60_000;
const LOOK_EVERY_MS = 250;
/** What is loaded after it can be used is no part of its weight. */
const SETTLE_MS = 3_000;
const KIB = 1_024;

/** A page under measurement. */
interface Subject {
  readonly name: string;
  readonly url: string;
  /**
   * An expression of the page's: the element whose click is to be answered, and what then is `true`. The click is a click
   * of a script's: it waits for a busy main thread as one of a finger does.
   */
  readonly control: string;
  readonly hasAnswered: string;
}

interface Measured {
  readonly firstPaintMs: number;
  readonly interactiveMs: number;
  readonly blockedMs: number;
  readonly layoutShift: number;
  readonly bytes: number;
}

/**
 * `pages [--rounds 5]`: how soon pages can be used with a CPU of a quarter's speed, beside a page with nothing but hls.js.
 * *Interactive* is the moment at which a control of the page has answered its first click; *blocked* is what tasks took
 * beyond 50 ms each until then; bytes are those that travelled, without media.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: { rounds: { type: 'string', default: '5' } } });
  await using test = await TestSystem.start();
  test.publish();
  await untilLive(test.statusUrl);
  const bare = await serveBarePages();
  const rows: string[][] = [];
  for (const subject of subjects(test, bare)) {
    const rounds: Measured[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) rounds.push(await measure(test, subject));
    rows.push(row(subject.name, rounds));
  }
  await bare.close();
  printLine(
    `CPU slowed down ${CPU_SLOWDOWN} times, ${values.rounds} rounds each, nothing cached; medians, and the worst`,
  );
  printTable(['page', 'first paint', 'interactive', 'worst', 'blocked', 'layout shift', 'bytes'], rows);
  return 0;
}

function subjects({ system, watchUrl, channelUrl }: TestSystem, bare: BarePages): readonly Subject[] {
  const inPlayer = "document.querySelector('sluice-player')?.shadowRoot?.getElementById";
  return [
    {
      name: 'watch',
      url: watchUrl,
      // What stands in the page before there is somebody to press it is nothing yet.
      control: `document.querySelector('sluice-player')?.stats?.() && ${inPlayer}('mute')`,
      hasAnswered: `${inPlayer}('video').muted === false`,
    },
    {
      name: 'console',
      url: `${system.edgeUrl}/`,
      // With the channels there.
      control: `document.querySelector('a[href="/channels/${system.channelId}"]') && document.querySelector('[aria-label^="Appearance"]')`,
      hasAnswered: "document.documentElement.dataset.theme === 'light'",
    },
    {
      name: 'bare hls.js',
      url: bare.url('hls', channelUrl),
      control: "document.querySelector('video')",
      hasAnswered: "document.querySelector('video').readyState > 0",
    },
  ];
}

async function measure(test: TestSystem, { url, control, hasAnswered }: Subject): Promise<Measured> {
  const { page, close } = await test.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  const bytes = await countBytes(page);
  await page.addInitScript({ content: WATCHER.replace('CONTROL', control).replace('HAS_ANSWERED', hasAnswered) });
  await page.goto(url, { waitUntil: 'commit' });
  await untilInteractive(page);
  await page.waitForTimeout(SETTLE_MS);
  const seen = await page.evaluate<Omit<Measured, 'bytes'>>(READ);
  const measured = { ...seen, bytes: bytes() };
  await close();
  return measured;
}

/** Not Playwright's waitForFunction, which evaluates text in the page: our policy forbids it. */
async function untilInteractive(page: Page): Promise<void> {
  for (const endMs = Date.now() + INTERACTIVE_MS_MAX; Date.now() < endMs; await page.waitForTimeout(LOOK_EVERY_MS)) {
    if (await page.evaluate<boolean>('window.sluiceInteractiveMs !== undefined')) return;
  }
  throw new Error(`${page.url()} cannot be used after ${INTERACTIVE_MS_MAX} ms`);
}

/** Media and what tells of it is no weight of the page. */
async function countBytes(page: Page): Promise<() => number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const counted = new Set<string>();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (['Document', 'Script', 'Stylesheet'].includes(type)) counted.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (counted.has(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

/** In the page, from its first moment on. */
const WATCHER = `
  window.sluiceTasks = [];
  new PerformanceObserver((list) => window.sluiceTasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });
  window.sluiceShift = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.sluiceShift += value;
  }).observe({ type: 'layout-shift', buffered: true });
  let isClicked = false;
  const look = () => {
    const control = CONTROL;
    if (!isClicked && control) {
      isClicked = true;
      control.click();
    }
    if (isClicked && (HAS_ANSWERED)) window.sluiceInteractiveMs = performance.now();
    else requestAnimationFrame(look);
  };
  addEventListener('DOMContentLoaded', look);
`;

const READ = `(() => {
  const interactiveMs = window.sluiceInteractiveMs;
  const before = window.sluiceTasks.filter(({ startTime }) => startTime < interactiveMs);
  return {
    firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    interactiveMs,
    blockedMs: before.reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0),
    layoutShift: window.sluiceShift,
  };
})()`;

function row(name: string, rounds: readonly Measured[]): string[] {
  const median = (of: (each: Measured) => number) =>
    rounds.map(of).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? Number.NaN;
  return [
    name,
    milliseconds(median(({ firstPaintMs }) => firstPaintMs)),
    milliseconds(median(({ interactiveMs }) => interactiveMs)),
    milliseconds(Math.max(...rounds.map(({ interactiveMs }) => interactiveMs))),
    milliseconds(median(({ blockedMs }) => blockedMs)),
    Math.max(...rounds.map(({ layoutShift }) => layoutShift)).toFixed(3),
    `${(median(({ bytes }) => bytes) / KIB).toFixed(1)} KiB`,
  ];
}
