import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LatencyProfileName } from '@sluice/contracts';
import { type BarePage, serveBarePage } from '../src/browser/bare-page.ts';
import { type PlaybackSummary, spreadOf, summarisePlayback } from '../src/browser/playback-summary.ts';
import { REQUEST_KINDS, type RequestLog } from '../src/browser/request-log.ts';
import { captureChannel } from '../src/capture/capture.ts';
import { type PartDelays, partDelays } from '../src/capture/part-delay.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { milliseconds, printLine, printTable, seconds } from './table.ts';

/** A page that joins catches up first; what it shows from here on is what a viewer lives with. */
const SETTLE_MS = 8_000;
const FIRST_FRAME_MS_MAX = 60_000;
/** So long parts are followed from the packager to a client that waits. */
const PART_DELAY_MS = 15_000;

const WRONG_KEY = 'not-a-key-of-any-channel';

const PAGE_NAMES = ['watch', 'bare', 'both'] as const;
type PageName = 'watch' | 'bare';

/** One page's measurement. */
interface Measured {
  readonly name: PageName;
  readonly summary: PlaybackSummary;
  readonly startUpMs: number | undefined;
  /** From `publish` to the first picture; only of a page that was waiting. */
  readonly publishToFrameMs: number | undefined;
  readonly requestsPerS: ReadonlyMap<string, number>;
  readonly failedRequests: readonly string[];
}

/** `latency [--profile low] [--seconds 60] [--page watch|bare|both]`: glass to glass, read off the picture. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      profile: { type: 'string', default: 'low' },
      seconds: { type: 'string', default: '60' },
      page: { type: 'string', default: 'both' },
    },
  });
  const profile = LatencyProfileName.parse(values.profile);
  const durationMs = Number(values.seconds) * 1_000;
  const pages = PAGE_NAMES.find((name) => name === values.page) ?? 'both';
  await using test = await TestSystem.start({ profile });
  const bare = await serveBarePage();
  try {
    const measured: Measured[] = [];
    const { sentence, tookMs } = await test.publish({}, WRONG_KEY).ended;
    printLine(`Profile ${profile}, ${values.seconds} s a page, 720p30 over RTMP, Chromium, one machine.`);
    if (pages !== 'bare') measured.push(await measureWaitingPage(test, durationMs));
    if (pages === 'bare') test.publish();
    if (pages !== 'watch') measured.push(await measureBarePage(test, bare, durationMs));
    const { edgeUrl, channelId } = test.system;
    const capture = await captureChannel({
      edgeUrl,
      channelId,
      durationMs: PART_DELAY_MS,
      // Fetching the whole window at once is no viewer's way, and would be what is measured.
      pastSegmentsMax: 1,
    });
    report(measured, partDelays(capture));
    printLine(`  wrong key: refused ${seconds(tookMs)} after the connection was opened, with "${sentence}"`);
    return 0;
  } finally {
    await bare.close();
  }
}

/** Our page is open before anybody publishes. */
async function measureWaitingPage(test: TestSystem, durationMs: number): Promise<Measured> {
  const watched = await test.newPage();
  await watched.page.goto(test.watchUrl);
  await watched.page.waitForSelector('video', { state: 'attached' });
  const publishing = await test.publish().publishing;
  const first = await watched.probe.until('a first picture', hasPicture, FIRST_FRAME_MS_MAX);
  const shownAtMs = first.frames[0]?.shownAtMs ?? Number.NaN;
  const publishToFrameMs = publishing && shownAtMs - publishing.connectingAtMs;
  // A second page, opened on a channel that is live, tells the start-up time; then it is closed again.
  const joining = await test.newPage();
  await joining.page.goto(test.watchUrl);
  const joined = summarisePlayback(await joining.probe.until('a first picture', hasPicture, FIRST_FRAME_MS_MAX));
  await joining.close();
  return { ...(await measure('watch', watched, durationMs)), startUpMs: joined.startUpMs, publishToFrameMs };
}

async function measureBarePage(test: TestSystem, bare: BarePage, durationMs: number): Promise<Measured> {
  const watched = await test.newPage();
  await untilLive(test.statusUrl);
  await watched.page.goto(bare.url(test.playlistUrl));
  const first = await watched.probe.until('a first picture', hasPicture, FIRST_FRAME_MS_MAX);
  const { startUpMs } = summarisePlayback(first);
  return { ...(await measure('bare', watched, durationMs)), startUpMs };
}

async function measure(name: PageName, { probe, requests, close }: WatchedPage, durationMs: number): Promise<Measured> {
  await sleep(SETTLE_MS);
  await probe.forget();
  requests.reset();
  await sleep(durationMs);
  const summary = summarisePlayback(await probe.look());
  const measured = {
    name,
    summary,
    startUpMs: undefined,
    publishToFrameMs: undefined,
    requestsPerS: requestsPerS(requests, durationMs),
    failedRequests: [...requests.failed],
  };
  await close();
  return measured;
}

function hasPicture({ frames }: { readonly frames: readonly { readonly drawnAtMs?: number }[] }): boolean {
  return frames.some(({ drawnAtMs }) => drawnAtMs !== undefined);
}

function requestsPerS(requests: RequestLog, durationMs: number): Map<string, number> {
  return new Map(REQUEST_KINDS.map((kind) => [kind, (requests.count(kind) * 1_000) / durationMs]));
}

function report(measured: readonly Measured[], delays: PartDelays): void {
  printTable(
    [
      'page',
      'p50',
      'p95',
      'max',
      'stalls',
      'longest freeze',
      'frames',
      'repeated',
      'skipped',
      'start-up',
      'publish->frame',
    ],
    measured.map(({ name, summary, startUpMs, publishToFrameMs }) => [
      name,
      seconds(summary.latencyMs.p50),
      seconds(summary.latencyMs.p95),
      seconds(summary.latencyMs.max),
      String(summary.stalls),
      seconds(summary.longestFreezeMs),
      String(summary.shownFrames),
      String(summary.repeatedFrames),
      String(summary.skippedFrames),
      seconds(startUpMs),
      seconds(publishToFrameMs),
    ]),
  );
  const [watch, bare] = measured;
  if (watch !== undefined && bare !== undefined) {
    printLine(`  watch / bare p50: ${(watch.summary.latencyMs.p50 / bare.summary.latencyMs.p50).toFixed(2)}`);
  }
  printLine('');
  printTable(
    ['requests/s', ...REQUEST_KINDS, 'failed'],
    measured.map(({ name, requestsPerS: rates, failedRequests }) => [
      name,
      ...REQUEST_KINDS.map((kind) => (rates.get(kind) ?? 0).toFixed(2)),
      String(failedRequests.length),
    ]),
  );
  for (const failed of new Set(measured.flatMap(({ failedRequests }) => failedRequests))) printLine(`  ${failed}`);
  const delay = spreadOf(delays.delaysMs);
  printLine(
    `\n  part ${delays.meaning} -> listed in a waiting client's hands: p50 ${milliseconds(delay.p50)}, ` +
      `p95 ${milliseconds(delay.p95)}, max ${milliseconds(delay.max)} (${delay.count} parts)`,
  );
}
