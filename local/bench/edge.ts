import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChannelId } from '@sluice/contracts';
import { spreadOf } from '../src/browser/playback-summary.ts';
import { startBareEdge } from '../src/edge-load/bare-edge.ts';
import { LoadPublisher, makeLoadKeys } from '../src/edge-load/load-publisher.ts';
import { WaitingViewers, type WaitOutcome } from '../src/edge-load/waiting-viewers.ts';
import { COMPATIBILITY_DATE, type EdgeRuntime, startEdgeRuntime } from '../src/edge-runtime.ts';
import { LOCAL_HOST } from '../src/ports.ts';
import { childPids, commandOf, cpuTicks } from '../src/process-list.ts';
import { printLine, printTable } from './table.ts';

/** Viewers from four regions: four relays. */
const PLACES = [{ continent: 'EU' }, { continent: 'AS' }, { continent: 'SA' }, { continent: 'OC' }];
const CHANNEL_ID = ChannelId.parse('load');
/** What is measured first pays for compiling. */
const WARM_UP_ROUNDS = 2;
/** From the last request sent until it is held for certain, on a slow machine. */
const SETTLE_MS_BASE = 300;
const SETTLE_MS_A_VIEWER = 0.6;
const CLOCK_TICKS_PER_S = 100;

/** Something that holds requests and releases them. */
interface Subject {
  readonly name: string;
  readonly url: string;
  path(): string;
  release(): Promise<void>;
  /** Calls that the channel's object had since it was asked last; absent where there is none. */
  takeCalls?(): Promise<number>;
}

interface Measured {
  readonly subject: string;
  readonly viewers: number;
  /** From the release to the whole answer, over all rounds and viewers. */
  readonly wakesMs: readonly number[];
  /** Of the edge's process, a request. */
  readonly cpuMs: number;
  readonly callsAPart: number | undefined;
}

/**
 * `edge [--viewers 1,100,1000,3000] [--rounds 8]`: how soon viewers who wait for a part have its playlist, beside an
 * object that answers a fixed string; what a request costs; and what reaches the channel's object a part.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { viewers: { type: 'string', default: '1,100,1000,3000' }, rounds: { type: 'string', default: '8' } },
  });
  const counts = values.viewers.split(',').map(Number);
  const rounds = Number(values.rounds);
  const measured: Measured[] = [];
  for (const start of [startBare, startAll, startRelaysOnly, startDirect]) {
    const subject = await start();
    try {
      for (const viewers of counts) measured.push(await measure(subject, viewers, rounds));
    } finally {
      await subject.close();
    }
  }
  report(measured, counts);
  const lost = await breakUnderLoad(Math.max(...counts));
  printLine(`  objects reset under ${Math.max(...counts)} waiting viewers: ${lost}`);
  return lost === 'nobody lost' ? 0 : 1;
}

async function startBare(): Promise<Subject & { close(): Promise<void> }> {
  const bare = await startBareEdge({ host: LOCAL_HOST, compatibilityDate: COMPATIBILITY_DATE });
  return {
    name: 'bare object',
    url: bare.url,
    path: () => '/',
    release: async () => {
      await fetch(bare.url, { method: 'POST' });
    },
    close: () => bare.close(),
  };
}

const startAll = () => startEdge('all layers', {});
const startRelaysOnly = () => startEdge('relays, no collapsing', { PLAYLIST_COLLAPSING: 'off' });
const startDirect = () => startEdge('neither', { PLAYLIST_COLLAPSING: 'off', RELAYS: 'off' });

interface EdgeSubject extends Subject {
  readonly edge: EdgeRuntime;
  close(): Promise<void>;
}

/** The real edge with a publisher of parts, and as many layers as the variables leave. */
async function startEdge(name: string, variables: Readonly<Record<string, string>>): Promise<EdgeSubject> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'sluice-edge-load-'));
  const keys = await makeLoadKeys();
  const edge = await startEdgeRuntime({
    host: LOCAL_HOST,
    port: 0,
    dataDirectory,
    controlJwks: keys.jwks,
    controlUrl: '',
    isBreakable: true,
    variables,
  });
  const publisher = await LoadPublisher.begin(edge.url, CHANNEL_ID, keys);
  await publisher.announce(12);
  let callsBefore = 0;
  return {
    name,
    url: edge.url,
    edge,
    path: () => publisher.waitPath,
    release: () => publisher.announce(1),
    takeCalls: async () => {
      const calls = await edge.channelCalls(CHANNEL_ID);
      const now = [...calls].reduce((sum, [method, count]) => (method === 'announce' ? sum : sum + count), 0);
      const since = now - callsBefore;
      callsBefore = now;
      return since;
    },
    close: async () => {
      await edge.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function measure(subject: Subject, viewers: number, rounds: number): Promise<Measured> {
  const crowd = new WaitingViewers({ url: subject.url, count: viewers, places: PLACES });
  const workerd = await workerdPid();
  const wakesMs: number[] = [];
  try {
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await wakeOnce(subject, crowd, viewers);
    await subject.takeCalls?.();
    const cpuBefore = await cpuTicks(workerd);
    for (let round = 0; round < rounds; round += 1) wakesMs.push(...(await wakeOnce(subject, crowd, viewers)));
    const cpuMs = ((await cpuTicks(workerd)) - cpuBefore) * (1_000 / CLOCK_TICKS_PER_S);
    const calls = await subject.takeCalls?.();
    return {
      subject: subject.name,
      viewers,
      wakesMs,
      cpuMs: cpuMs / (viewers * rounds),
      callsAPart: calls === undefined ? undefined : calls / rounds,
    };
  } finally {
    crowd.close();
  }
}

/** All wait, one part comes, all have it: how long each took, in ms. */
async function wakeOnce(subject: Subject, crowd: WaitingViewers, viewers: number): Promise<number[]> {
  const waiting = crowd.ask(subject.path());
  await sleep(SETTLE_MS_BASE + viewers * SETTLE_MS_A_VIEWER);
  const releasedAtMs = performance.now();
  await subject.release();
  const outcomes = await Promise.all(waiting);
  assertAnswered(outcomes);
  return outcomes.map(({ answeredAtMs }) => answeredAtMs - releasedAtMs);
}

function assertAnswered(outcomes: readonly WaitOutcome[]): void {
  const refused = outcomes.filter(({ status }) => status !== 200);
  if (refused.length > 0) throw new Error(`${refused.length} viewers were answered ${refused[0]?.status}`);
}

/** Resets every relay, then the channel's object, while all wait for a part. */
async function breakUnderLoad(viewers: number): Promise<string> {
  const subject = await startEdge('all layers', { PLAYLIST_COLLAPSING: 'off' });
  const crowd = new WaitingViewers({ url: subject.url, count: viewers, places: PLACES });
  try {
    await wakeOnce(subject, crowd, viewers);
    for (const broken of ['relays', 'channel'] as const) {
      const waiting = crowd.ask(subject.path());
      await sleep(SETTLE_MS_BASE + viewers * SETTLE_MS_A_VIEWER);
      if (broken === 'channel') await subject.edge.resetChannel(CHANNEL_ID);
      else await subject.edge.resetRelays(CHANNEL_ID);
      await subject.release();
      assertAnswered(await Promise.all(waiting));
    }
    return 'nobody lost';
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  } finally {
    crowd.close();
    await subject.close();
  }
}

async function workerdPid(): Promise<number> {
  for (const pid of await childPids(process.pid)) if ((await commandOf(pid)) === 'workerd') return pid;
  throw new Error('workerd does not run');
}

function report(measured: readonly Measured[], counts: readonly number[]): void {
  const bound = new Map(counts.map((count) => [count, measured.find(({ viewers }) => viewers === count)]));
  printLine('From a part announced to its playlist in the hands of all who wait, one machine, clients included.');
  printTable(
    ['edge', 'viewers', 'p50', 'p99', 'p99 / bare', 'CPU a request', 'calls to the channel a part'],
    measured.map(({ subject, viewers, wakesMs, cpuMs, callsAPart }) => {
      const bare = bound.get(viewers);
      const p99 = percentile(wakesMs, 0.99);
      return [
        subject,
        String(viewers),
        `${spreadOf(wakesMs).p50.toFixed(1)} ms`,
        `${p99.toFixed(1)} ms`,
        bare === undefined ? '-' : (p99 / percentile(bare.wakesMs, 0.99)).toFixed(2),
        `${cpuMs.toFixed(3)} ms`,
        callsAPart === undefined ? '-' : callsAPart.toFixed(1),
      ];
    }),
  );
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
