import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filteredArch } from './filtered-arch.ts';
import { runReporting } from './fixtures/reporting-program.ts';
import { SECRET, secretFile } from './fixtures/secret-file.ts';

/** The kernel's own word, from a process that a kernel confines: what it says here it says in production. */

const PROGRAM = new URL('./fixtures/tries-forbidden-things.ts', import.meta.url);
/** Node starts twice, on a machine that may be busy. */
const TIMEOUT_MS = 30_000;

const secret = secretFile();

const report = (how: { readonly isLaunched: boolean; readonly isConfined: boolean }) =>
  runReporting({ program: PROGRAM, file: secret.path, ...how });

describe.skipIf(filteredArch() === undefined)('a confined process', { timeout: TIMEOUT_MS }, () => {
  it('can do none of what a transcoder need not do, and all of what it must', async () => {
    const { confinement, outcomes, works } = await report({ isLaunched: true, isConfined: true });
    expect(confinement).toEqual({ kind: 'confined' });
    const { 'make a ring': ring, ...others } = outcomes;
    expect(ring).toBe('EPERM');
    for (const [what, outcome] of Object.entries(others)) expect(['EPERM', 'EACCES'], what).toContain(outcome);
    expect(works).toBe(true);
    expect(readFileSync(secret.path, 'utf8')).toBe(SECRET);
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
    expect(existsSync(secret.path)).toBe(false);
  });

  it('says so where it was not launched without rings, and goes on', async () => {
    const { confinement, works } = await report({ isLaunched: false, isConfined: true });
    // Where rings are switched off for the whole machine there is nothing to say.
    if (confinement?.kind !== 'confined') expect(confinement?.why).toContain('io_uring');
    expect(works).toBe(true);
  });
});
