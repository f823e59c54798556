import koffi from 'koffi';
import { type FilteredArch, type SystemCall, systemCallNumber } from './system-calls.ts';

/** prctl(2): no program started from here on gains rights by being set-user-id; asked of whoever filters itself. */
const PR_SET_NO_NEW_PRIVS = 38;
/** seccomp(2). */
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;
/** fcntl(2): the flags of a descriptor, of which there is one, close-on-exec. */
const F_SETFD = 2;
const INSTRUCTION_BYTES = 8;
/** `struct sock_fprog`: a count of 16 bits, and behind padding the address of the instructions. */
const PROGRAM_HEAD_BYTES = 16;
const PROGRAM_ADDRESS_AT = 8;

/** The kernel did not take what confines a process. */
export class KernelRefused extends Error {
  override readonly name = 'KernelRefused';
  readonly errno: number;
  constructor(call: SystemCall, errno: number) {
    super(`${call} failed with error ${errno}`);
    this.errno = errno;
  }
}

/** Linux's system calls, through the C library's own syscall(). */
export class Kernel {
  readonly #arch: FilteredArch;
  readonly #syscall: (...values: readonly (number | bigint | undefined)[]) => unknown;

  constructor(arch: FilteredArch) {
    this.#arch = arch;
    // Of this very program, so that it does not matter what the C library's file is called.
    this.#syscall = koffi.load(null).func('long syscall(long number, long a, long b, int64_t c, long d, long e)');
  }

  /** Whether rings can be made. A ring of no entries is none, so asking makes nothing. */
  hasIoUring(): boolean {
    this.#syscall(systemCallNumber('io_uring_setup', this.#arch), 0, 0, 0n, 0, 0);
    return koffi.errno() !== koffi.os.errno.ENOSYS;
  }

  /** Lets a descriptor outlive exec. Node closes all but the first three then. Throws KernelRefused. */
  keepOverExec(descriptor: number): void {
    this.#call('fcntl', descriptor, F_SETFD, 0n, 0, 0);
  }

  /**
   * Filters this thread's system calls, or those of all threads of the process. It cannot be undone, and whatever is
   * started afterwards inherits it. Throws KernelRefused.
   */
  filter(program: Uint8Array, of: 'this-thread' | 'all-threads'): void {
    this.#call('prctl', PR_SET_NO_NEW_PRIVS, 1, 0n, 0, 0);
    const instructions = Buffer.from(program);
    const head = Buffer.alloc(PROGRAM_HEAD_BYTES);
    head.writeUInt16LE(instructions.length / INSTRUCTION_BYTES);
    head.writeBigUInt64LE(koffi.address(instructions), PROGRAM_ADDRESS_AT);
    const flags = of === 'all-threads' ? SECCOMP_FILTER_FLAG_TSYNC : 0;
    this.#call('seccomp', SECCOMP_SET_MODE_FILTER, flags, koffi.address(head), 0, 0);
  }

  #call(call: SystemCall, a: number, b: number, c: bigint, d: number, e: number): void {
    const number = systemCallNumber(call, this.#arch);
    const answer: unknown = this.#syscall(number, a, b, c, d, e);
    // TSYNC answers with the id of a thread that cannot be filtered.
    if (answer !== 0) throw new KernelRefused(call, answer === -1 ? koffi.errno() : 0);
  }
}
