import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LatencyProfileName, PlaybackTokenAnswer } from '@sluice/contracts';
import { BARE_PLAYERS, type BarePages, type BarePlayer, serveBarePages } from '../src/browser/bare-page.ts';
import { isOurPage, OUR_PAGES, type OurPage, ourPageUrl } from '../src/browser/our-page.ts';
import { type PlaybackSummary, spreadOf, summarisePlayback } from '../src/browser/playback-summary.ts';
import { REQUEST_KINDS, type RequestLog } from '../src/browser/request-log.ts';
import { captureChannel } from '../src/capture/capture.ts';
import { type PartDelays, partDelays } from '../src/capture/part-delay.ts';
import { type RecordedSession, recordSessions } from '../src/cost/request-rates.ts';
import type { System } from '../src/system.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { milliseconds, printLine, printTable, seconds } from './table.ts';

/** A page that joins catches up first; what it shows from here on is what a viewer lives with. */
const SETTLE_MS = 8_000;
const FIRST_FRAME_MS_MAX = 60_000;
/** So long parts are followed from the packager to a client that waits. */
const PART_DELAY_MS = 15_000;

const WRONG_KEY = 'not-a-key-of-any-channel';

/** Ours, or one of the bare players; `bare` is hls.js, the rival of ours. */
type PageName = OurPage | 'bare' | BarePlayer;
const PAGE_CHOICES: Readonly<Record<string, readonly PageName[]>> = {
  both: ['watch', 'bare'],
  bare: ['bare'],
  all: [...OUR_PAGES, ...BARE_PLAYERS],
  muxed: ['hls', 'hls-muxed', 'shaka', 'shaka-muxed'],
  foreign: ['hls', 'shaka', 'shaka-dash', 'dashjs'],
  ...Object.fromEntries([...OUR_PAGES, ...BARE_PLAYERS].map((page) => [page, [page]])),
};

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

/**
 * `latency [--profile low] [--seconds 60] [--page both|watch|watch-hls|bare|hls|shaka|shaka-dash|dashjs|all] [--record] [--private]`:
 * glass to glass, read off the picture. `--record` keeps the requests for `npm run cost`; with `--private` bare players play
 * by a playback token.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      profile: { type: 'string', default: 'low' },
      seconds: { type: 'string', default: '60' },
      page: { type: 'string', default: 'both' },
      record: { type: 'boolean', default: false },
      private: { type: 'boolean', default: false },
    },
  });
  const profile = LatencyProfileName.parse(values.profile);
  const durationMs = Number(values.seconds) * 1_000;
  const pages = PAGE_CHOICES[values.page];
  if (pages === undefined) throw new Error(`--page is one of ${Object.keys(PAGE_CHOICES).join(', ')}`);
  await using test = await TestSystem.start({ profile });
  const bare = await serveBarePages();
  try {
    const measured: Measured[] = [];
    const { sentence, tookMs } = await test.publish({}, WRONG_KEY).ended;
    printLine(`Profile ${profile}, ${values.seconds} s a page, 720p30 over RTMP, Chromium, one machine.`);
    const channelUrl = values.private ? await makePrivate(test.system) : test.channelUrl;
    if (!pages.includes('watch')) test.publish();
    for (const name of pages) {
      if (name === 'watch') measured.push(await measureWaitingPage(test, durationMs));
      else measured.push(await measureJoiningPage(test, { name, bare, durationMs, channelUrl }));
    }
    const { channelId } = test.system;
    const capture = await captureChannel({
      edgeUrl: channelUrl.slice(0, channelUrl.indexOf('/live/')),
      channelId,
      durationMs: PART_DELAY_MS,
      // Fetching the whole window at once is no viewer's way, and would be what is measured.
      pastSegmentsMax: 1,
    });
    report(measured, partDelays(capture));
    if (values.record)
      await recordSessions(
        measured.map((each) => sessionOf(each, profile, durationMs)),
        new Date(),
      );
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

interface JoiningOptions {
  readonly name: PageName;
  readonly bare: BarePages;
  readonly durationMs: number;
  readonly channelUrl: string;
}

async function measureJoiningPage(
  test: TestSystem,
  { name, bare, durationMs, channelUrl }: JoiningOptions,
): Promise<Measured> {
  const watched = await test.newPage();
  await untilLive(`${channelUrl}/status.json`);
  await watched.page.goto(addressOf(name, { bare, channelUrl, watchUrl: test.watchUrl }));
  const first = await watched.probe.until('a first picture', hasPicture, FIRST_FRAME_MS_MAX);
  const { startUpMs } = summarisePlayback(first);
  return { ...(await measure(name, watched, durationMs)), startUpMs };
}

function addressOf(name: PageName, given: Pick<JoiningOptions, 'bare' | 'channelUrl'> & { watchUrl: string }): string {
  if (isOurPage(name)) return ourPageUrl(name, given.watchUrl);
  return given.bare.url(name === 'bare' ? 'hls' : name, given.channelUrl);
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

/** Makes the channel private before anybody publishes; resolves with its address below a playback token. */
async function makePrivate({ controlUrl, adminToken, channelId }: System): Promise<string> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const ask = async (method: string, path: string, body: object): Promise<unknown> => {
    const url = `${controlUrl}/v1/channels/${channelId}${path}`;
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the control API answered ${answer.status}`);
    return answer.json();
  };
  await ask('PATCH', '', { isPrivate: true });
  const { urls } = PlaybackTokenAnswer.parse(await ask('POST', '/playback-tokens', {}));
  return urls.hls.replace('/index.m3u8', '');
}

function hasPicture({ frames }: { readonly frames: readonly { readonly drawnAtMs?: number }[] }): boolean {
  return frames.some(({ drawnAtMs }) => drawnAtMs !== undefined);
}

function requestsPerS(requests: RequestLog, durationMs: number): Map<string, number> {
  return new Map(REQUEST_KINDS.map((kind) => [kind, (requests.count(kind) * 1_000) / durationMs]));
}

function sessionOf(
  { name, summary, requestsPerS: perS }: Measured,
  profile: LatencyProfileName,
  durationMs: number,
): RecordedSession {
  const sum = (kinds: readonly string[]) => kinds.reduce((total, kind) => total + (perS.get(kind) ?? 0), 0);
  const round = (value: number) => Math.round(value * 1_000) / 1_000;
  return {
    player: name,
    profile,
    playlistPerS: round(sum(['multivariant', 'playlist', 'status', 'other'])),
    mediaPerS: round(sum(['part', 'segment', 'init'])),
    reportPerS: round(sum(['report'])),
    latencyMs: Math.round(summary.latencyMs.p50),
    stalls: summary.stalls,
    seconds: durationMs / 1_000,
  };
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
  const of = (wanted: PageName) => measured.find(({ name }) => name === wanted);
  const [watch, bare] = [of('watch'), of('bare') ?? of('hls')];
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
