import type { FilterRule, FilterRules } from './filter-program.ts';
import type { SystemCall } from './system-calls.ts';

/** errno(3), the same on both processors. */
const ERRNO = { EPERM: 1, EACCES: 13, ENOSYS: 38 } as const;
/** clone(2): a thread of this process. */
const CLONE_THREAD = 0x0001_0000;
/** clone(2), CLONE_NEW*: whoever makes namespaces finds more of the kernel to attack. */
const CLONE_NAMESPACES = 0x7e02_0000;
/** ioctl(2): FIONBIO, FIONREAD, FIOCLEX, FIONCLEX, and TCGETS, by which programs ask whether something is a terminal. */
const IOCTLS = [0x5421, 0x541b, 0x5451, 0x5450, 0x5401] as const;
/** fcntl(2): F_GETFD, F_SETFD, F_GETFL, F_SETFL. */
const FCNTLS = [1, 2, 3, 4] as const;
/** prctl(2): PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (names of memory ranges, for tools). */
const PRCTLS = [15, 16, 0x5356_4d41] as const;

/**
 * Before the program is loaded. io_uring opens files and sockets without a system call for each, so no filter sees
 * them; Node makes such a ring as soon as it starts, and does without where there is none.
 */
export const BEFORE_LOADING: FilterRules = {
  rules: (['io_uring_setup', 'io_uring_enter', 'io_uring_register'] as const).map((call) => ({
    call,
    verdict: { errno: ERRNO.ENOSYS },
  })),
  otherwise: 'allow',
};

/** Memory, threads, time, and what is open already: the most frequent first. */
const FREE_CALLS = [
  'futex',
  'epoll_pwait',
  'write',
  'read',
  'mprotect',
  'clock_gettime',
  'rt_sigprocmask',
  'mmap',
  'munmap',
  'madvise',
  'writev',
  'readv',
  'brk',
  'getpid',
  'gettid',
  'sched_yield',
  'epoll_ctl',
  'epoll_wait',
  'epoll_pwait2',
  'clock_nanosleep',
  'nanosleep',
  'poll',
  'ppoll',
  'getrusage',
  'pread64',
  'set_robust_list',
  'rseq',
  'mremap',
  'mincore',
  'membarrier',
  'pkey_mprotect',
  'pkey_alloc',
  'pkey_free',
  'sigaltstack',
  'rt_sigaction',
  'rt_sigreturn',
  'restart_syscall',
  'futex_waitv',
  'set_tid_address',
  'gettimeofday',
  'clock_getres',
  'getrandom',
  'getcpu',
  'sched_getaffinity',
  'sched_getscheduler',
  'sched_getparam',
  'sched_get_priority_max',
  'sched_get_priority_min',
  'close',
  'fstat',
  'lseek',
  'fsync',
  'fdatasync',
  'eventfd2',
  'pipe2',
  'shutdown',
  'getsockopt',
  'uname',
  'sysinfo',
  'getuid',
  'getgid',
  'geteuid',
  'getegid',
  'getppid',
  'arch_prctl',
  'exit',
  'exit_group',
] as const satisfies readonly SystemCall[];

/** Programs take this answer for a file that is not for them, and go on without it. */
const FILE_CALLS = [
  'openat',
  'open',
  'openat2',
  'stat',
  'lstat',
  'newfstatat',
  'statx',
  'access',
  'faccessat',
  'faccessat2',
  'readlink',
  'readlinkat',
] as const satisfies readonly SystemCall[];

/**
 * Once everything is loaded and before the first byte of a publisher: it may compute, make threads, and use the pipes
 * that it has, and do what `more` names. All else fails.
 */
export function afterLoading(ownPid: number, more: readonly FilterRule[] = []): FilterRules {
  const free: FilterRule[] = FREE_CALLS.map((call) => ({ call, verdict: 'allow' }));
  return {
    rules: [
      ...more,
      ...free,
      {
        call: 'clone',
        when: { index: 0, mask: CLONE_THREAD | CLONE_NAMESPACES, anyOf: [CLONE_THREAD] },
        verdict: 'allow',
      },
      // Its flags are in memory, where a filter cannot look; the C library then makes its threads with clone.
      { call: 'clone3', verdict: { errno: ERRNO.ENOSYS } },
      { call: 'ioctl', when: { index: 1, anyOf: IOCTLS }, verdict: 'allow' },
      { call: 'fcntl', when: { index: 1, anyOf: FCNTLS }, verdict: 'allow' },
      { call: 'prctl', when: { index: 0, anyOf: PRCTLS }, verdict: 'allow' },
      // abort() signals itself this way.
      { call: 'tgkill', when: { index: 0, anyOf: [ownPid] }, verdict: 'allow' },
      { call: 'prlimit64', when: { index: 0, anyOf: [0, ownPid] }, verdict: 'allow' },
      ...FILE_CALLS.map((call): FilterRule => ({ call, verdict: { errno: ERRNO.EACCES } })),
    ],
    otherwise: { errno: ERRNO.EPERM },
  };
}
