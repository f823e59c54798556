import { openSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LatencyProfileName } from '@sluice/contracts';
import { isOurPage } from '../browser/our-page.ts';
import type { Fault } from './fault-catalog.ts';
import { FaultStage, type PageName } from './fault-stage.ts';
import type { PlaylistWitness } from './playlist-witness.ts';
import { type FaultSpan, type HeightStep, isBack, isPlaying, type ViewerView, viewerView } from './viewer-view.ts';

/** Pages that join catch up first. */
const SETTLE_MS = 8_000;
/** From the fault's end to the last look, at least. */
const AFTER_MS = 20_000;
const LOOK_EVERY_MS = 250;
/** For a page that did not come back: whether a reload by hand would help. */
const RELOAD_MS_MAX = 20_000;

/**
 * Whether a page had to be reloaded: not; not, but what it shows is still from before the fault's end; yes, and then the
 * picture came; yes, and in vain.
 */
export type ReloadWord = 'no' | 'behind' | 'YES' | 'in vain';

/** What became of one fault. */
export interface FaultTrial {
  readonly span: FaultSpan;
  readonly views: ReadonlyMap<PageName, ViewerView>;
  readonly reloads: ReadonlyMap<PageName, ReloadWord>;
  /** As the ingest nodes count them that can still tell; absent where none can. */
  readonly partsLost: number | undefined;
  /** What the playlists showed. */
  readonly shown: string;
  /** Processes that wanted a CPU, over the last minute. Far more than there are CPUs: the row tells of that, too. */
  readonly load: number;
  /** What the pages say of themselves. */
  readonly notes: readonly string[];
}

export interface FaultTrialOptions {
  readonly profile: LatencyProfileName;
  /** Logs, playlists and all that the pages showed are kept here. */
  readonly keepIn: string | undefined;
  readonly pages: readonly PageName[];
}

/** Starts a whole system, breaks one thing in it while pages play, and tells what they saw. */
export async function tryFault(fault: Fault, { profile, keepIn, pages }: FaultTrialOptions): Promise<FaultTrial> {
  if (keepIn !== undefined) await mkdir(keepIn, { recursive: true });
  const log = keepIn === undefined ? 'ignore' : openSync(join(keepIn, 'log.txt'), 'w');
  await using stage = await FaultStage.start({
    profile,
    log,
    logLevel: 'info',
    ...(fault.source && { source: fault.source }),
  });
  await stage.goLive();
  await stage.watch(pages);
  await keepErrors(stage);
  await sleep(SETTLE_MS);
  const span = await fault.happen(stage);
  const untilMs = await untilBack(stage, span, fault);
  const records = await stage.look();
  const load = loadavg()[0] ?? Number.NaN;
  const partsLost = await lostParts(stage.metricsUrls);
  const notes = await pageNotes(stage);
  if (keepIn !== undefined) {
    keepPlaylists(keepIn, stage.witness);
    writeFileSync(join(keepIn, 'pages.json'), JSON.stringify({ span, untilMs, records: [...records] }));
  }
  const views = new Map([...records].map(([name, record]) => [name, viewerView(record, span, untilMs)]));
  for (const [name, { heights }] of views) {
    if (heights.length > 1) notes.push(`${name} showed: ${heights.map(heightWord).join(', ')}`);
  }
  return { span, views, reloads: await reloads(stage, span), partsLost, shown: shownBy(stage.witness), load, notes };
}

/** Resolves with the wall time of the last look: when all are back, and long enough after the fault. */
async function untilBack(stage: FaultStage, { overMs }: FaultSpan, { backMsMax }: Fault): Promise<number> {
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    const nowMs = Date.now();
    const areBack = [...(await stage.look()).values()].every((record) => isBack(record, overMs));
    if (nowMs > overMs + AFTER_MS && (areBack || nowMs > overMs + backMsMax)) return nowMs;
  }
}

async function reloads(stage: FaultStage, { overMs }: FaultSpan): Promise<Map<PageName, ReloadWord>> {
  const words = new Map<PageName, ReloadWord>();
  for (const [name, { page, probe }] of stage.pages) {
    const record = await probe.look();
    words.set(name, isBack(record, overMs) ? 'no' : 'behind');
    if (isBack(record, overMs) || isPlaying(record, Date.now())) continue;
    await page.reload();
    const returned = probe.until('the picture', (record) => isBack(record, overMs), RELOAD_MS_MAX);
    const helps = await returned.then(
      () => true,
      () => false,
    );
    words.set(name, helps ? 'YES' : 'in vain');
  }
  return words;
}

/** Made and not stored, or made by nobody: what its nodes count that can still tell. */
async function lostParts(metricsUrls: readonly string[]): Promise<number | undefined> {
  const counts = await Promise.all(metricsUrls.map(lostPartsOf));
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
}

async function lostPartsOf(metricsUrl: string): Promise<number | undefined> {
  const metrics = await fetch(metricsUrl).then(
    (answer) => answer.text(),
    () => undefined,
  );
  const lines = metrics?.split('\n').filter((line) => LOST_PARTS.test(line));
  return lines?.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

const LOST_PARTS = /^sluice_ingest_parts_lost_total/;

function shownBy(witness: PlaylistWitness): string {
  const kinds = ['gap part', 'gap segment', 'discontinuity', 'map', 'end'] as const;
  const signs = kinds.map((kind) => [kind, witness.count(kind)] as const).filter(([, count]) => count > 0);
  const failures = [...witness.failures].map(
    ([status, count]) => [status === 0 ? 'no answer' : status, count] as const,
  );
  const broadcasts = ['broadcast', witness.broadcastIds.length] as const;
  return [broadcasts, ...signs, ...failures].map(([word, count]) => `${word} x${count}`).join(', ');
}

const KEEP_SHAKA_ERRORS = `
  window.playerErrors = [];
  window.player.addEventListener('error', ({ detail: { severity, category, code } }) =>
    window.playerErrors.push((severity === 2 ? 'FATAL ' : '') + category + '/' + code));
`;

/** What the bare players say of themselves: nobody else keeps it there. */
const KEEP_ERRORS: Partial<Record<PageName, string>> = {
  bare: `
    window.playerErrors = [];
    window.hls.on('hlsError', (_, { details, fatal }) => window.playerErrors.push((fatal ? 'FATAL ' : '') + details));
  `,
  shaka: KEEP_SHAKA_ERRORS,
  'shaka-dash': KEEP_SHAKA_ERRORS,
  dashjs: `
    window.playerErrors = [];
    window.player.on('error', ({ error: { code, message } }) => window.playerErrors.push(code + ' ' + message));
  `,
};

async function keepErrors(stage: FaultStage): Promise<void> {
  for (const [name, { page }] of stage.pages) await page.evaluate(KEEP_ERRORS[name] ?? '');
}

/** Where a bare player stands, and what it is loading where it tells. */
const BARE_SAYS = `
  const { currentTime, buffered, readyState } = document.querySelector('video');
  const ranges = Array.from(buffered, (_, index) => [buffered.start(index), buffered.end(index)]);
  const loading = Object.values(window.hls?.inFlightFragments ?? {}).map(({ frag, state }) => frag?.sn + ' ' + state);
  JSON.stringify({ errors: window.playerErrors, currentTime, readyState, ranges, loading });
`;
/** `360p from 4.2 s`, counted from the fault's begin. */
function heightWord({ atMs, heightPx }: HeightStep): string {
  return `${heightPx}p from ${(atMs / 1_000).toFixed(1)} s`;
}

const WATCH_SAYS = 'JSON.stringify(window.sluice.stats())';

async function pageNotes(stage: FaultStage): Promise<string[]> {
  const notes: string[] = [];
  for (const [name, { page, requests }] of stage.pages) {
    const said = await page.evaluate(isOurPage(name) ? WATCH_SAYS : BARE_SAYS);
    notes.push(`${name} says: ${said}`, `${name} got: ${tally(requests.failed)}`);
  }
  return notes;
}

/** `503 …/v360.m3u8 x2`: refusals, alike but for the numbers in their addresses. */
function tally(refusals: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const refusal of refusals) {
    const word = refusal.replace(/\/live\/[^/]+\/[^/]+\//, '…/').replace(/[0-9]+(\.[0-9]+)?\.m4s/, 'N.m4s');
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${word} x${count}`).join(', ') || 'no refusals';
}

function keepPlaylists(directory: string, witness: PlaylistWitness): void {
  for (const [index, { atMs, url, news, text }] of witness.kept.entries()) {
    const name = `${String(index).padStart(3, '0')}-${new URL(url).pathname.split('/').at(-1)}`;
    writeFileSync(join(directory, name), `## ${atMs} ${url}\n${news.map((each) => `## ${each}\n`).join('')}${text}`);
  }
}
