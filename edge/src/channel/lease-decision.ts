import {
  type Announcement,
  type LeaseRefusal,
  type LeaseRequest,
  type TakeoverPolicy,
  takenOver,
  takeoverRestMs,
} from '@sluice/contracts';
import type { Lease } from './lease.ts';

/**
 * A node that says nothing for so long has most likely died, if another one has its publisher now. It announces every
 * part, and something every third of LEASE_MS at least.
 */
export const QUIET_MS = 4_000;

/** What a lease inherits of takeovers. */
export type Rivalry = Pick<Lease, 'takeovers' | 'takenFrom'>;

export type LeaseDecision =
  /** `begin`: a new broadcast. `continue`: the one that there is goes on, under a new epoch. */
  | { readonly kind: 'begin' | 'continue'; readonly rivalry: Rivalry }
  | {
      readonly kind: 'refuse';
      readonly code: Extract<LeaseRefusal, 'channel-in-use'>;
      /** There when it will be given after that time, whatever its holder does. */
      readonly retryAfterMs?: number;
    };

/** What is said under an epoch that is not in force any more. */
export type LateWord = Pick<Announcement, 'epoch' | 'isPublisherAbsent'>;

export interface LeaseAsk extends LeaseRequest {
  readonly takeover: TakeoverPolicy;
  /** There is a broadcast of which another node could make more. */
  readonly isContinuable: boolean;
  readonly nowMs: number;
}

/**
 * Whether a node that asks for the channel gets it. Whoever gets it goes on with the broadcast that there is: viewers
 * see one channel, whichever node or encoder it comes from, and need not reload.
 */
export function decideLease(lease: Lease | undefined, ask: LeaseAsk): LeaseDecision {
  // A channel that nobody published to begins anew: of two who push each other out, one publishes at any time.
  if (lease === undefined || lease.state === 'free') return { kind: 'begin', rivalry: {} };
  const { takeovers, takenFrom, epoch } = lease;
  const kind = ask.isContinuable ? 'continue' : 'begin';
  // The node itself allows one publisher a channel: that it asks again means that it lost the answer, or restarted.
  if (ask.nodeId === lease.nodeId) return { kind, rivalry: { takeovers, takenFrom } };
  if (isOpen(lease, ask)) return { kind, rivalry: { takeovers } };
  if (ask.standsBy || ask.takeover !== 'take-over') return { kind: 'refuse', code: 'channel-in-use' };
  const retryAfterMs = takeoverRestMs(takeovers, ask.nowMs);
  if (retryAfterMs > 0) return { kind: 'refuse', code: 'channel-in-use', retryAfterMs };
  return { kind, rivalry: { takeovers, takenFrom: epoch } };
}

/**
 * The lease, after somebody announced under an older epoch. Only then is it known that a publisher was pushed out: most
 * who come through another node do so because theirs has died.
 */
export function leaseAfterLate(lease: Lease, { epoch, isPublisherAbsent = false }: LateWord, nowMs: number): Lease {
  if (epoch !== lease.takenFrom || isPublisherAbsent) return lease;
  return { ...lease, takenFrom: undefined, takeovers: takenOver(lease.takeovers, nowMs) };
}

/** It can be given to this node without pushing out anybody who sends, or who comes before it. */
function isOpen(lease: Lease, { standsBy, nowMs }: LeaseAsk): boolean {
  if (lease.state === 'lost' || nowMs - lease.heardAtMs >= QUIET_MS) return true;
  // A backup waits until the node hands the channel on to it.
  return !standsBy && (lease.isBackup || lease.isPublisherAbsent);
}
