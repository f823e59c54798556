import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { filteredArch } from './filtered-arch.ts';

/** The kernel's own word, from a process that a kernel confines: what it says here it says in production. */

const LAUNCH = fileURLToPath(new URL('./launch.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./fixtures/tries-forbidden-things.ts', import.meta.url));
const Report = z.object({
  confinement: z.object({ kind: z.string(), why: z.string().optional() }).optional(),
  outcomes: z.record(z.string(), z.string()),
  works: z.boolean(),
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-confined-'));
  file = join(folder, 'file');
  writeFileSync(file, 'a secret');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function report(how: { readonly isLaunched: boolean; readonly isConfined: boolean }) {
  const args = ['--disable-warning=ExperimentalWarning', ...(how.isLaunched ? [LAUNCH] : []), PROGRAM];
  const child = spawn(process.execPath, args, {
    env: { SLUICE_TEST_FILE: file, ...(how.isConfined ? { SLUICE_TEST_CONFINE: 'yes' } : {}) },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
  });
  const output = child.stdio[4];
  if (output == null || !('read' in output)) throw new Error('a child without pipes');
  return Report.parse(await json(output));
}

describe.skipIf(filteredArch() === undefined)('a confined process', () => {
  it('can do none of what a transcoder need not do, and all of what it must', async () => {
    const { confinement, outcomes, works } = await report({ isLaunched: true, isConfined: true });
    expect(confinement).toEqual({ kind: 'confined' });
    const { 'make a ring': ring, ...others } = outcomes;
    expect(ring).toBe('EPERM');
    for (const [what, outcome] of Object.entries(others)) expect(['EPERM', 'EACCES'], what).toContain(outcome);
    expect(works).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('a secret');
  });

  it('could do these things before', async () => {
    const { outcomes } = await report({ isLaunched: false, isConfined: false });
    expect(outcomes).toMatchObject({
      'read a file': 'done',
      'write a file': 'done',
      'delete a file': 'done',
      'list a folder': 'done',
      'look at a file': 'done',
      'signal its parent': 'done',
      'run a program': 'done',
      'open a TCP socket': 'done',
      'open a UDP socket': 'done',
      'open a UNIX socket': 'done',
      // The attempt was let through, and nothing was asked for.
      'become a program': 'EFAULT',
      'make a process': 'EINVAL',
    });
    expect(existsSync(file)).toBe(false);
  });

  it('says so where it was not launched without rings, and goes on', async () => {
    const { confinement, works } = await report({ isLaunched: false, isConfined: true });
    // Where rings are switched off for the whole machine there is nothing to say.
    if (confinement?.kind !== 'confined') expect(confinement?.why).toContain('io_uring');
    expect(works).toBe(true);
  });
});
