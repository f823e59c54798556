import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filterProgram } from '../../transcode/confinement/filter-program.ts';
import { filteredArch } from '../../transcode/confinement/filtered-arch.ts';
import { answer } from '../../transcode/confinement/fixtures/filter-interpreter.ts';
import { runReporting } from '../../transcode/confinement/fixtures/reporting-program.ts';
import { SECRET, secretFile } from '../../transcode/confinement/fixtures/secret-file.ts';
import {
  AUDIT_ARCH,
  type FilteredArch,
  type SystemCall,
  systemCallNumber,
} from '../../transcode/confinement/system-calls.ts';
import { onceListening } from './receiver-rules.ts';

/** By both processors' programs; and by the kernel's own word, about a program in a receiver's place. */

const PROGRAM = new URL('./tries-forbidden-things-fixture.ts', import.meta.url);
const OWN_PID = 4_711;
const ALLOWED = 0x7fff_0000;
/** EPERM. */
const NOT_PERMITTED = 0x0005_0001;
/** Node starts twice, on a machine that may be busy. */
const TIMEOUT_MS = 30_000;

const secret = secretFile();

describe.each<FilteredArch>(['x64', 'arm64'])('on %s', (arch) => {
  const program = filterProgram(onceListening(OWN_PID), arch);
  const ask = (call: SystemCall, ...values: readonly number[]): number =>
    answer(program, { number: systemCallNumber(call, arch) ?? 0, arch: AUDIT_ARCH[arch], values });

  it.each<SystemCall>(['recvmsg', 'sendmsg', 'getsockname', 'epoll_create1', 'futex', 'write'])(
    '%s is free',
    (call) => {
      expect(ask(call)).toBe(ALLOWED);
    },
  );

  it.each<SystemCall>(['socket', 'socketpair', 'bind', 'connect', 'listen', 'accept', 'accept4', 'setsockopt'])(
    '%s is not permitted',
    (call) => {
      expect(ask(call)).toBe(NOT_PERMITTED);
    },
  );

  it('it ends itself and nobody else', () => {
    expect(ask('kill', OWN_PID, 9)).toBe(ALLOWED);
    for (const pid of [1, 0, -1, -OWN_PID, OWN_PID + 1]) expect(ask('kill', pid, 9)).toBe(NOT_PERMITTED);
  });
});

describe.skipIf(filteredArch() === undefined)('a confined receiver', { timeout: TIMEOUT_MS }, () => {
  it('can do none of what libsrt need not do once it listens, and all of what it must', async () => {
    const report = await runReporting({ program: PROGRAM, file: secret.path, isLaunched: true, isConfined: true });
    expect(report.confinement).toEqual({ kind: 'confined' });
    for (const [what, outcome] of Object.entries(report.outcomes)) {
      expect(['EPERM', 'EACCES'], what).toContain(outcome);
    }
    expect(report.works).toBe(true);
    // The filter lets each datagram out; the kernel sends none from a loopback address to anybody beyond.
    expect(report.beyond).toBe('EINVAL');
    expect(report.signal).toBe('SIGKILL');
    expect(readFileSync(secret.path, 'utf8')).toBe(SECRET);
  });

  it('could do these things before', async () => {
    const report = await runReporting({ program: PROGRAM, file: secret.path, isLaunched: false, isConfined: false });
    expect(report.outcomes).toMatchObject({
      'bind a socket': 'EINVAL',
      'connect its socket': 'EINVAL',
      'listen on its socket': 'EOPNOTSUPP',
      'accept a connection': 'EOPNOTSUPP',
      'accept a connection, newer': 'EOPNOTSUPP',
      'change its socket': 'done',
      'make two sockets': 'EFAULT',
      'send many datagrams': 'done',
      'read a file': 'done',
      'open a TCP socket': 'done',
      'open a UDP socket': 'done',
      'run a program': 'done',
      'signal its parent': 'done',
    });
    expect(report.works).toBe(true);
  });
});
