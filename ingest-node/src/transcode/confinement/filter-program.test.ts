import { describe, expect, it } from 'vitest';
import { afterLoading, BEFORE_LOADING } from './child-rules.ts';
import { filterProgram } from './filter-program.ts';
import { answer } from './fixtures/filter-interpreter.ts';
import { AUDIT_ARCH, type FilteredArch, type SystemCall, systemCallNumber, X32_FIRST } from './system-calls.ts';

const OWN_PID = 4_711;
const ALLOWED = 0x7fff_0000;
const KILLED = 0x8000_0000;
const failed = (errno: number) => 0x0005_0000 | errno;
const [EPERM, EACCES, ENOSYS] = [failed(1), failed(13), failed(38)];

describe.each<FilteredArch>(['x64', 'arm64'])('on %s', (arch) => {
  const program = filterProgram(afterLoading(OWN_PID), arch);
  const ask = (call: SystemCall, ...values: readonly number[]): number | undefined => {
    const number = systemCallNumber(call, arch);
    return number === undefined ? undefined : answer(program, { number, arch: AUDIT_ARCH[arch], values });
  };

  it.each<SystemCall>(['read', 'write', 'mmap', 'mprotect', 'futex', 'epoll_pwait', 'exit_group', 'getrandom'])(
    '%s is free',
    (call) => expect(ask(call)).toBe(ALLOWED),
  );

  it.each<SystemCall>([
    'socket',
    'connect',
    'bind',
    'execve',
    'execveat',
    'ptrace',
    'process_vm_readv',
    'process_vm_writev',
    'kill',
    'pidfd_open',
    'pidfd_getfd',
    'pidfd_send_signal',
    'io_uring_setup',
    'io_uring_enter',
    'seccomp',
    'bpf',
    'mount',
  ])('%s is not permitted', (call) => expect(ask(call)).toBe(EPERM));

  it('no file is opened or looked at', () => {
    for (const call of ['openat', 'openat2', 'newfstatat', 'statx', 'faccessat2', 'readlinkat'] as const) {
      expect(ask(call), call).toBe(EACCES);
    }
  });

  it('threads are made, and neither processes nor namespaces', () => {
    const thread = 0x003d_0f00;
    expect(ask('clone', thread)).toBe(ALLOWED);
    expect(ask('clone', 17)).toBe(EPERM);
    for (const namespace of [
      0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
    ]) {
      expect(ask('clone', thread | namespace)).toBe(EPERM);
    }
    expect(ask('clone3')).toBe(ENOSYS);
  });

  it('only its own threads are signalled', () => {
    expect(ask('tgkill', OWN_PID, OWN_PID, 6)).toBe(ALLOWED);
    for (const pid of [1, 0, -1, OWN_PID + 1]) expect(ask('tgkill', pid, pid, 6)).toBe(EPERM);
  });

  it('of calls that do many things, few are done', () => {
    expect(ask('ioctl', 1, 0x5421)).toBe(ALLOWED);
    expect(ask('ioctl', 1, 0x5412)).toBe(EPERM); // TIOCSTI: types into a terminal
    expect(ask('fcntl', 1, 4)).toBe(ALLOWED);
    expect(ask('fcntl', 1, 8)).toBe(EPERM); // F_SETOWN: signals somebody else
    expect(ask('prctl', 15)).toBe(ALLOWED);
    expect(ask('prctl', 4)).toBe(EPERM); // PR_SET_DUMPABLE
  });

  it('a call that nobody has heard of is not permitted', () => {
    for (const number of [500, 1_000, X32_FIRST - 1]) {
      expect(answer(program, { number, arch: AUDIT_ARCH[arch] })).toBe(EPERM);
    }
  });

  it('another numbering ends the process', () => {
    const other = arch === 'x64' ? 0x4000_0003 : 0x4000_0028;
    expect(answer(program, { number: 0, arch: other })).toBe(KILLED);
    if (arch === 'x64') expect(answer(program, { number: X32_FIRST, arch: AUDIT_ARCH.x64 })).toBe(KILLED);
  });

  it('before loading, everything is free but rings', () => {
    const early = filterProgram(BEFORE_LOADING, arch);
    const askEarly = (call: SystemCall) =>
      answer(early, { number: systemCallNumber(call, arch) ?? 0, arch: AUDIT_ARCH[arch] });
    for (const call of ['io_uring_setup', 'io_uring_enter', 'io_uring_register'] as const) {
      expect(askEarly(call)).toBe(ENOSYS);
    }
    for (const call of ['openat', 'execve', 'seccomp', 'prctl', 'clone3'] as const)
      expect(askEarly(call)).toBe(ALLOWED);
  });
});
