import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from './fuzz-loop.ts';

/** Where inputs that have once broken a parser are kept, to be tried with each run of the tests. */
const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));

export interface CrashFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is kept for one parser. */
export function readCrashes(target: string, fixtures = FIXTURES): CrashFile[] {
  const folder = join(fixtures, target, 'crash');
  return filesIn(folder)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}

/** Keeps a finding with its `.md` twin; the name follows from the bytes. Returns the path. */
export function keepCrash(target: string, { input, what }: Finding, fixtures = FIXTURES): string {
  const folder = join(fixtures, target, 'crash');
  const name = createHash('sha256').update(input).digest('hex').slice(0, 12);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.bin`), input);
  writeFileSync(
    join(folder, `${name}.md`),
    `# ${name}.bin\n\nFound by \`npm run fuzz -- --parser ${target}\` and made shorter by it. What went wrong:\n\n    ${what}\n\nLicence: made from this repository's own fixtures; MIT, as the rest of it.\n`,
  );
  return join(folder, `${name}.bin`);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
