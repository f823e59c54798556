/** `npm run fuzz [-- --minutes N] [--parser NAME] [--seed N]`: each parser for so many minutes of processor time. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { keepCrash } from './crash-files.ts';
import { type ParserReport, watchParser } from './parser-watch.ts';
import { FUZZ_TARGETS } from './targets/all-targets.ts';

const Options = z.object({
  minutes: z.coerce.number().positive().max(1_440).default(1),
  parser: z.enum([...FUZZ_TARGETS.keys()]).optional(),
  seed: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(Date.now() % 2 ** 32),
});

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, parser: { type: 'string' }, seed: { type: 'string' } },
});
const options = Options.safeParse(values);
if (!options.success) {
  say(`${z.prettifyError(options.error)}\nParsers: ${[...FUZZ_TARGETS.keys()].join(', ')}`);
  process.exit(2);
}
const { minutes, parser, seed } = options.data;
say(`Seed ${seed}; ${minutes} minutes of processor time for each parser.`);

const reports: ParserReport[] = [];
for (const name of parser === undefined ? FUZZ_TARGETS.keys() : [parser]) {
  const report = await watchParser({ parser: name, seed, cpuMsMax: minutes * 60_000 });
  reports.push(report);
  for (const finding of report.findings) {
    say(`${name}: ${finding.what}\n${finding.stack}\nkept as ${keepCrash(name, finding)}`);
  }
  say(lineOf(report));
}
say(['', ...reports.map(lineOf)].join('\n'));
process.exitCode = reports.some(({ findings, hasGrown }) => findings.length > 0 || hasGrown) ? 1 : 0;

function lineOf({ parser, progress, findings, hasGrown }: ParserReport): string {
  const { runCount, outcomeCount, cpuMs, heldBytes } = progress;
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return [
    parser.padEnd(18),
    `${runCount.toLocaleString('en')} runs`.padStart(18),
    `${(cpuMs / 60_000).toFixed(1)} CPU min`.padStart(13),
    `${outcomeCount} outcomes`.padStart(15),
    `${findings.length} found`.padStart(9),
    `  held ${mib(heldBytes.before)} → ${mib(heldBytes.now)}${hasGrown ? ' GROWN' : ''}`,
  ].join('');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
