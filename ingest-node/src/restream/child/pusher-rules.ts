import { afterLoading } from '../../transcode/confinement/child-rules.ts';
import type { FilterRule, FilterRules } from '../../transcode/confinement/filter-program.ts';

/** What Node, FFmpeg's TCP and libsrt do with the sockets that they have. Nothing here makes one, or connects one. */
const SOCKET_CALLS = ['sendto', 'recvfrom', 'sendmsg', 'recvmsg', 'getsockname'] as const;

/** Once it is connected, and before anything of a publisher was looked at: what a transcoder may, and those. */
export function onceConnected(ownPid: number): FilterRules {
  return afterLoading(ownPid, [
    ...SOCKET_CALLS.map((call): FilterRule => ({ call, verdict: 'allow' })),
    // How it ends, whatever its other threads wait for.
    { call: 'kill', when: { index: 0, anyOf: [ownPid] }, verdict: 'allow' },
  ]);
}
