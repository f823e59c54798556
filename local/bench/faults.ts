import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LatencyProfileName } from '@sluice/contracts';
import { FAULTS, type Fault } from '../src/faults/fault-catalog.ts';
import { ALL_PAGES, isPageName, PAGE_NAMES, type PageName } from '../src/faults/fault-stage.ts';
import { type FaultTrial, tryFault } from '../src/faults/fault-trial.ts';
import { printLine, printTable, seconds } from './table.ts';

/** A fault and what became of it; `undefined` where the trial itself failed. */
interface Row {
  readonly fault: Fault;
  readonly pages: readonly PageName[];
  readonly trial: FaultTrial | undefined;
}

/**
 * `faults [--only NAME,NAME] [--pages watch,bare,dashjs] [--profile low] [--keep DIR]`: breaks one thing after another
 * while our page and a bare hls.js play, or the pages that are named, and prints what each of them saw. 1 when a page
 * needed a reload.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string' },
      pages: { type: 'string' },
      profile: { type: 'string', default: 'low' },
      keep: { type: 'string' },
    },
  });
  const names = values.only?.split(',') ?? FAULTS.map(({ name }) => name);
  const unknown = names.filter((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown.length > 0) {
    printLine(`There is no fault "${unknown.join(', ')}". There is: ${FAULTS.map(({ name }) => name).join(', ')}.`);
    return 1;
  }
  const asked = values.pages?.split(',');
  if (asked !== undefined && !asked.every(isPageName)) {
    printLine(`--pages takes ${ALL_PAGES.join(', ')}, with commas between.`);
    return 1;
  }
  const profile = LatencyProfileName.parse(values.profile);
  printLine(`Profile ${profile}, 360p30 over RTMP, all pages of a row at once in Chromium, one machine.`);
  const rows: Row[] = [];
  for (const fault of FAULTS.filter(({ name }) => names.includes(name))) {
    printLine(`  ${fault.name}: ${fault.title} ...`);
    const keepIn = values.keep === undefined ? undefined : join(values.keep, fault.name);
    const pages = asked ?? fault.pages ?? PAGE_NAMES;
    rows.push({ fault, pages, trial: await tried(fault, { profile, keepIn, pages }) });
  }
  report(rows);
  return rows.every(({ trial }) => trial && [...trial.reloads.values()].every((word) => word === 'no')) ? 0 : 1;
}

async function tried(fault: Fault, options: Parameters<typeof tryFault>[1]): Promise<FaultTrial | undefined> {
  try {
    const trial = await tryFault(fault, options);
    for (const note of trial.notes) printLine(`    ${note}`);
    return trial;
  } catch (error) {
    printLine(`    failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    return undefined;
  }
}

function report(rows: readonly Row[]): void {
  const heading = [
    'fault',
    'lasted',
    'page',
    'stood',
    'stalls',
    'clock stood',
    'slate',
    'back after',
    'reload',
    'latency before',
    '20 s after',
    'parts lost',
    'load',
    'playlists showed',
  ];
  printLine('');
  printTable(
    heading,
    rows.flatMap((row) => row.pages.map((name, index) => cells(row, name, index === 0))),
  );
}

/** What holds for both pages is printed once. */
function cells({ fault, trial }: Row, name: PageName, isFirst: boolean): string[] {
  const view = trial?.views.get(name);
  return [
    isFirst ? fault.title : '',
    isFirst ? seconds(trial && trial.span.overMs - trial.span.fromMs) : '',
    name,
    seconds(view?.stoodMs),
    String(view?.stallCount ?? '-'),
    seconds(view?.clockStoodMs),
    seconds(view?.slateMs),
    seconds(view?.backAfterMs),
    trial?.reloads.get(name) ?? 'failed',
    seconds(view?.latencyBeforeMs),
    seconds(view?.latencyAfterMs),
    isFirst ? String(trial?.partsLost ?? '-') : '',
    isFirst ? (trial?.load.toFixed(1) ?? '-') : '',
    isFirst ? (trial?.shown ?? '') : '',
  ];
}
