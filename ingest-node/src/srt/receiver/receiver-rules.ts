import { afterLoading } from '../../transcode/confinement/child-rules.ts';
import type { FilterRule, FilterRules } from '../../transcode/confinement/filter-program.ts';

/**
 * What libsrt does once its one socket is bound: datagrams, in and out; its own address, as it accepts; and an epoll
 * descriptor for the connection that it has accepted.
 */
const LIBSRT_CALLS = ['recvmsg', 'sendmsg', 'getsockname', 'epoll_create1'] as const;

/** Once it listens, and before it hears of a publisher: what a transcoder may, and those. */
export function onceListening(ownPid: number): FilterRules {
  return afterLoading(ownPid, [
    ...LIBSRT_CALLS.map((call): FilterRule => ({ call, verdict: 'allow' })),
    // How it ends, whatever its other threads wait for.
    { call: 'kill', when: { index: 0, anyOf: [ownPid] }, verdict: 'allow' },
  ]);
}
