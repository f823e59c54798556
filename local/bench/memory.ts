import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LatencyProfileName } from '@sluice/contracts';
import { childPids, commandOf, residentBytes } from '../src/process-list.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { printLine, printTable } from './table.ts';

/** Caches, pools and the live window fill first; growth is judged from here on. */
const SETTLE_S = 120;
const SAMPLE_EVERY_S = 10;
const MIB = 1024 * 1024;

/** One process of the system, and its resident memory at each sample. */
interface Watched {
  readonly name: string;
  readonly pid: number;
  readonly samples: { readonly atS: number; readonly bytes: number }[];
}

/** `memory [--minutes 15] [--profile low]`: resident memory of the ingest node and its transcoder over one broadcast. */
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
  printLine(
    `One broadcast of ${values.minutes} min, 720p30, profile ${values.profile}; a sample every ${SAMPLE_EVERY_S} s.`,
  );
  const beganMs = performance.now();
  for (let atS = 0; atS <= durationS; atS += SAMPLE_EVERY_S) {
    await sleep(Math.max(0, beganMs + atS * 1_000 - performance.now()));
    for (const { pid, samples } of processes) samples.push({ atS, bytes: await residentBytes(pid) });
  }
  printTable(
    ['process', 'first', `after ${SETTLE_S} s`, 'last', 'most', 'growth after that, MiB an hour'],
    processes.map(({ name, samples }) => {
      const settled = samples.filter(({ atS }) => atS >= Math.min(SETTLE_S, durationS / 2));
      const bytes = samples.map((sample) => sample.bytes);
      const cells = [bytes.at(0), settled.at(0)?.bytes, bytes.at(-1), Math.max(...bytes)];
      return [
        name,
        ...cells.map((cell) => `${((cell ?? 0) / MIB).toFixed(0)} MiB`),
        growthMibPerHour(settled).toFixed(1),
      ];
    }),
  );
  return 0;
}

/** The ingest node, and each child of it that there is now: the transcoder, and the spare one that waits. */
async function watchedProcesses(ingestPid: number): Promise<Watched[]> {
  const children = await childPids(ingestPid);
  const busiestFirst = await Promise.all(children.map(async (pid) => ({ pid, bytes: await residentBytes(pid) })));
  busiestFirst.sort((a, b) => b.bytes - a.bytes);
  return [
    { name: `ingest-node (${await commandOf(ingestPid)})`, pid: ingestPid, samples: [] },
    ...busiestFirst.map(({ pid }, index) => ({
      name: index === 0 ? 'transcoder' : 'spare transcoder',
      pid,
      samples: [],
    })),
  ];
}

/** Slope of the least-squares line: a single peak or dip at either end does not pass for growth. */
function growthMibPerHour(samples: Watched['samples']): number {
  const meanS = mean(samples.map(({ atS }) => atS));
  const meanBytes = mean(samples.map(({ bytes }) => bytes));
  const covariance = samples.reduce((sum, { atS, bytes }) => sum + (atS - meanS) * (bytes - meanBytes), 0);
  const variance = samples.reduce((sum, { atS }) => sum + (atS - meanS) ** 2, 0);
  return variance === 0 ? Number.NaN : ((covariance / variance) * 3_600) / MIB;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
