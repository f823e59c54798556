import { parseArgs } from 'node:util';
import { SampleTable } from '../../edge/src/export/sample-table.ts';
import { startExportLab } from '../src/export/export-lab.ts';
import { childPids, commandOf, cpuTicks, residentBytes } from '../src/process-list.ts';
import { milliseconds, printLine, printTable } from './table.ts';

const CLOCK_TICKS_PER_S = 100;
const GB = 1e9;

/** `export [--gb 2] [--mbps 6]`: what exporting a recording costs a Worker, beside sending its files on as they are. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { gb: { type: 'string', default: '2' }, mbps: { type: 'string', default: '6' } },
  });
  await using lab = await startExportLab({ videoBitrateBps: Number(values.mbps) * 1e6 });
  const segments = Math.ceil((Number(values.gb) * GB) / lab.segmentBytes);
  const workerd = await workerdPid();
  printLine(`${segments} segments of ${lab.segmentBytes} bytes, in workerd, from and to HTTP on this machine.`);
  const rows: string[][] = [];
  for (const what of ['plain', 'export', 'plain', 'export']) {
    const before = await cpuTicks(workerd);
    const startedMs = performance.now();
    const sizeBytes = await download(`${lab.url}/${what}?segments=${segments}`);
    const tookS = (performance.now() - startedMs) / 1_000;
    const cpuS = ((await cpuTicks(workerd)) - before) / CLOCK_TICKS_PER_S;
    const memory = await residentBytes(workerd);
    rows.push([
      what,
      String(sizeBytes),
      `${tookS.toFixed(1)} s`,
      `${((cpuS * GB) / sizeBytes).toFixed(2)} s`,
      `${(memory / 1e6).toFixed(0)} MB`,
    ]);
  }
  printTable(['what', 'bytes', 'took', 'CPU (user) a GB', 'workerd'], rows);
  printTables();
  return 0;
}

/** What is held of an export, and how long it takes to fill, by its length: 60 fps and AAC. */
function printTables(): void {
  printTable(
    ['recording', 'samples', 'tables', 'filled in'],
    [1, 4, 12].map((hours) => {
      const startedMs = performance.now();
      const picture = filled((hours * 3_600 * 60) / 32, 32, false);
      const sound = filled((hours * 3_600 * 48_000) / 1_024 / 25, 25, true);
      const tookMs = performance.now() - startedMs;
      const tableBytes = picture.sizeBytes + sound.sizeBytes;
      return [
        `${hours} h`,
        String(picture.sampleCount + sound.sampleCount),
        `${tableBytes} bytes`,
        milliseconds(tookMs),
      ];
    }),
  );
}

/** Parts of so many samples each, no two of one size. */
function filled(partCount: number, samplesOfPart: number, isSync: boolean): SampleTable {
  const table = new SampleTable();
  for (let part = 0; part < partCount; part += 1) {
    const samples = Array.from({ length: samplesOfPart }, (_, index) => ({
      durationTicks: 1_000,
      sizeBytes: 10_000 + ((part * samplesOfPart + index) % 4_999),
      isSync: isSync || (index === 0 && part % 4 === 0),
      compositionTicks: 0,
    }));
    table.addChunk({ offsetBytes: part * 400_000, descriptionIndex: 1, samples });
  }
  return table;
}

async function download(url: string): Promise<number> {
  const { body, status } = await fetch(url);
  if (status !== 200 || body === null) throw new Error(`${url} was answered ${status}`);
  let sizeBytes = 0;
  for await (const bytes of body) sizeBytes += bytes.length;
  return sizeBytes;
}

async function workerdPid(): Promise<number> {
  for (const pid of await childPids(process.pid)) if ((await commandOf(pid)) === 'workerd') return pid;
  throw new Error('no workerd runs');
}
