import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LatencyProfileName } from '@sluice/contracts';
import { childPids, commandOf, residentBytes } from '../src/process-list.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { printLine, printTable } from './table.ts';

/** Caches, pools and the live window fill first; growth is judged from here on. */
const SETTLE_S = 120;
/** The least that a heap held within so long is what it holds alive: in between it also holds garbage. */
const FLOOR_S = 60;
const SAMPLE_EVERY_S = 5;
const MIB = 1024 * 1024;

const NODE_HEAP = ['nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'];
const TRANSCODER_HEAP = ['heap', 'external'].map((kind) => `sluice_ingest_transcoder_memory_bytes{kind="${kind}"}`);

interface Sample {
  readonly atS: number;
  readonly bytes: number;
}

/** Something that is watched, and what it held at each sample. */
interface Watched {
  readonly name: string;
  readonly samples: Sample[];
  readonly read: (metrics: string) => number | Promise<number>;
}

/** `memory [--minutes 15] [--profile low]`: memory of the ingest node and its transcoder over one broadcast. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { minutes: { type: 'string', default: '15' }, profile: { type: 'string', default: 'low' } },
  });
  const durationS = Number(values.minutes) * 60;
  await using test = await TestSystem.start({ profile: LatencyProfileName.parse(values.profile) });
  test.publish();
  await untilLive(test.statusUrl);
  const processes = await watchedProcesses(test.system.ingestPid);
  const heaps = [watchedHeap('ingest-node', NODE_HEAP), watchedHeap('transcoder', TRANSCODER_HEAP)];
  printLine(
    `One broadcast of ${values.minutes} min, 720p30, profile ${values.profile}; a sample every ${SAMPLE_EVERY_S} s.`,
  );
  const beganMs = performance.now();
  for (let atS = 0; atS <= durationS; atS += SAMPLE_EVERY_S) {
    await sleep(Math.max(0, beganMs + atS * 1_000 - performance.now()));
    const metrics = await (await fetch(test.system.metricsUrl)).text();
    for (const { samples, read } of [...processes, ...heaps]) samples.push({ atS, bytes: await read(metrics) });
  }
  printMemory('resident', processes, durationS);
  printLine('');
  printMemory(`held alive (least in ${FLOOR_S} s)`, heaps.map(floorsOf), durationS);
  return 0;
}

function printMemory(what: string, all: readonly Pick<Watched, 'name' | 'samples'>[], durationS: number): void {
  const rows = all.map(({ name, samples }) => {
    const settled = samples.filter(({ atS }) => atS >= Math.min(SETTLE_S, durationS / 2));
    const middle = samples.find(({ atS }) => atS >= durationS / 2);
    const most = Math.max(...samples.map(({ bytes }) => bytes));
    const cells = [samples.at(0)?.bytes, settled.at(0)?.bytes, middle?.bytes, samples.at(-1)?.bytes, most];
    return [name, ...cells.map((cell) => mebibytes(cell)), growthMibPerHour(settled).toFixed(1)];
  });
  printTable([what, 'first', `after ${SETTLE_S} s`, 'half-way', 'last', 'most', 'growth after that, MiB/h'], rows);
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? '-' : `${(bytes / MIB).toFixed(1)} MiB`;
}

/** The ingest node, and each child of it that there is now: the transcoder, and the spare one that waits. */
async function watchedProcesses(ingestPid: number): Promise<Watched[]> {
  const children = await childPids(ingestPid);
  const busiestFirst = await Promise.all(children.map(async (pid) => ({ pid, bytes: await residentBytes(pid) })));
  busiestFirst.sort((a, b) => b.bytes - a.bytes);
  return [
    { name: `ingest-node (${await commandOf(ingestPid)})`, samples: [], read: () => residentBytes(ingestPid) },
    ...busiestFirst.map(({ pid }, index) => ({
      name: index === 0 ? 'transcoder' : 'spare transcoder',
      samples: [],
      read: () => residentBytes(pid),
    })),
  ];
}

/** The JavaScript heap in use and the buffers beside it, out of the ingest node's own metrics. */
function watchedHeap(name: string, metricNames: readonly string[]): Watched {
  const read = (metrics: string) => metricNames.reduce((sum, metric) => sum + metricValue(metrics, metric), 0);
  return { name, samples: [], read };
}

function metricValue(metrics: string, name: string): number {
  const line = metrics.split('\n').find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`/metrics tells no ${name}`);
  return Number(line.slice(name.length + 1));
}

/** The least of each FLOOR_S, at its end. */
function floorsOf({ name, samples }: Watched): Pick<Watched, 'name' | 'samples'> {
  const byTime = Map.groupBy(samples, ({ atS }) => Math.floor(atS / FLOOR_S));
  const floors = [...byTime.values()].map((group) => ({
    atS: Math.max(...group.map(({ atS }) => atS)),
    bytes: Math.min(...group.map(({ bytes }) => bytes)),
  }));
  // The last group may be a single sample, with its garbage.
  return { name, samples: floors.slice(0, Math.max(1, Math.floor((samples.at(-1)?.atS ?? 0) / FLOOR_S))) };
}

/** Slope of the least-squares line: a single peak or dip at either end does not pass for growth. */
function growthMibPerHour(samples: readonly Sample[]): number {
  const meanS = mean(samples.map(({ atS }) => atS));
  const meanBytes = mean(samples.map(({ bytes }) => bytes));
  const covariance = samples.reduce((sum, { atS, bytes }) => sum + (atS - meanS) * (bytes - meanBytes), 0);
  const variance = samples.reduce((sum, { atS }) => sum + (atS - meanS) ** 2, 0);
  return variance === 0 ? Number.NaN : ((covariance / variance) * 3_600) / MIB;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
