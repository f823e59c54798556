import { openSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { serveBarePages } from '../src/browser/bare-page.ts';
import { makeChannel } from '../src/local-channels.ts';
import { type NeighbourView, neighbourView, type Span } from '../src/neighbours/neighbour-view.ts';
import { PartWatch, type PartWatchRecord } from '../src/neighbours/part-watch.ts';
import { TranscoderAim } from '../src/neighbours/transcoder-aim.ts';
import { Troublemaker } from '../src/neighbours/troublemaker.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { milliseconds, printLine, printTable, seconds } from './table.ts';

/** Eight of these, their viewers and the system itself have room on two cores. */
const LIGHT = { widthPx: 320, heightPx: 180, videoBitrateBps: 250_000 } as const;
const LADDER = [{ heightPx: 180, bitrateBps: 250_000 }];
/** PART-HOLD-BACK of profile `low`: how far behind a player stays. */
const HOLD_BACK_MS = 1_600;
/** Before the trouble begins; the figures of both times are compared. */
const QUIET_MS = 60_000;
const SETTLE_MS = 10_000;

/**
 * `neighbours [--publishers 8] [--minutes 5] [--keep DIR]`: one node, many publishers; one of them is killed, stalls, floods, sends
 * wild times and loses its transcoder, over and over. 1 when that cost any other a stall or a part.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      publishers: { type: 'string', default: '8' },
      minutes: { type: 'string', default: '5' },
      keep: { type: 'string' },
    },
  });
  const names = Array.from({ length: Number(values.publishers) }, (_, index) => `neighbour-${index}`);
  await using owned = new AsyncDisposableStack();
  const directory = values.keep ?? (await mkdtemp(join(tmpdir(), 'sluice-neighbours-')));
  if (values.keep === undefined) owned.defer(() => rm(directory, { recursive: true }));
  else await mkdir(directory, { recursive: true });
  const logFile = join(directory, 'log.txt');
  const test = owned.use(await TestSystem.start({ profile: 'low', log: openSync(logFile, 'w'), logLevel: 'info' }));
  const troublemaker = await publishAll(test, { names, logFile });
  const page = await watchOne(test, { name: names.at(-1) ?? '', owned });
  const watches = names.map((name) => owned.use(new PartWatch(playlistUrl(test, name))));
  await sleep(SETTLE_MS);
  printLine(
    `${names.length} publishers of 180p30, profile low: a quiet minute, then ${values.minutes} min of trouble.`,
  );
  const quiet = { fromMs: Date.now(), untilMs: Date.now() + QUIET_MS };
  await sleep(QUIET_MS);
  await troublemaker.run(quiet.untilMs + Number(values.minutes) * 60_000);
  const trouble = { fromMs: quiet.untilMs, untilMs: Date.now() };

  const rows = watches.map((watch, index) => rowOf(names[index] ?? '', watch.record(), { quiet, trouble }));
  report(rows);
  const happened = [...troublemaker.counts].map(([name, count]) => `${name} x${count}`).join(', ');
  printLine(`\n  What happened to ${names[0]}: ${happened}. Load at the end: ${loadavg()[0]?.toFixed(1)}.`);
  const { frames, events } = await page.probe.look();
  const stallCount = events.filter(({ name, atMs }) => name === 'waiting' && atMs >= quiet.fromMs).length;
  printLine(`  hls.js in Chromium on ${names.at(-1)}: ${frames.length} frames shown, ${stallCount} stalls.`);
  return rows.slice(1).some(isDisturbed) || stallCount > 0 ? 1 : 0;
}

/** Resolves when all channels are live. */
async function publishAll(
  test: TestSystem,
  { names, logFile }: { readonly names: readonly string[]; readonly logFile: string },
): Promise<Troublemaker> {
  const { system } = test;
  const aim = new TranscoderAim({ logFile, channelId: names[0] ?? '' });
  const keys = await Promise.all(names.map((channelId) => makeChannel(system, { channelId, ladder: LADDER })));
  const [first, ...others] = keys;
  const publish = () => test.publish(LIGHT, first);
  const troublemaker = new Troublemaker({ publish, killTranscoder: () => aim.kill() });
  await untilLive(statusUrl(test, names[0] ?? ''));
  // One encoder for all of them: it is the node that is to be busy, and not who publishes to it.
  await test.publish(LIGHT, others.join(' ')).publishing;
  await Promise.all(names.map((name) => untilLive(statusUrl(test, name))));
  return troublemaker;
}

/** A real player beside the light ones. */
async function watchOne(
  test: TestSystem,
  { name, owned }: { readonly name: string; readonly owned: AsyncDisposableStack },
): Promise<WatchedPage> {
  const page = await test.newPage();
  const bare = await serveBarePages();
  owned.defer(() => bare.close());
  await page.page.goto(bare.url('hls', channelUrl(test, name)));
  return page;
}

interface Row {
  readonly name: string;
  readonly quiet: NeighbourView;
  readonly trouble: NeighbourView;
  readonly record: PartWatchRecord;
}

function rowOf(
  name: string,
  record: PartWatchRecord,
  { quiet, trouble }: { readonly quiet: Span; readonly trouble: Span },
): Row {
  return {
    name,
    record,
    quiet: neighbourView(record.parts, { span: quiet, usual: quiet, holdBackMs: HOLD_BACK_MS }),
    trouble: neighbourView(record.parts, { span: trouble, usual: quiet, holdBackMs: HOLD_BACK_MS }),
  };
}

function isDisturbed({ trouble, record }: Row): boolean {
  return trouble.stallCount + record.gapCount + record.failureCount > 0 || record.broadcastCount > 1;
}

function report(rows: readonly Row[]): void {
  const heading = [
    'channel',
    'quiet: late p95',
    'max',
    'trouble: late p50',
    'p95',
    'max',
    'longest wait',
    'stalls',
    'gaps',
    'refusals',
    'broadcasts',
  ];
  printTable(
    heading,
    rows.map(({ name, quiet, trouble, record }, index) => [
      index === 0 ? `${name} (in trouble)` : name,
      ...[quiet.lateMs.p95, quiet.lateMs.max].map(milliseconds),
      ...[trouble.lateMs.p50, trouble.lateMs.p95, trouble.lateMs.max].map(milliseconds),
      seconds(trouble.longestGapMs),
      String(trouble.stallCount),
      String(record.gapCount),
      String(record.failureCount),
      String(record.broadcastCount),
    ]),
  );
}

function playlistUrl(test: TestSystem, name: string): string {
  return `${channelUrl(test, name)}/index.m3u8`;
}

function channelUrl({ system }: TestSystem, name: string): string {
  return `${system.edgeUrl}/live/${name}`;
}

function statusUrl({ system }: TestSystem, name: string): string {
  return `${system.edgeUrl}/live/${name}/status.json`;
}
