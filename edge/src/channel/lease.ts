import type {
  AnnounceRefusal,
  BroadcastId,
  Epoch,
  LeaseRefusal,
  LeaseRequest,
  NodeId,
  TakeoverPolicy,
} from '@sluice/contracts';

/** A node announces every part; this long without a word and it is in trouble. */
export const LEASE_MS = 10_000;
/** A node that was lost may come back and go on; after this the broadcast is over for its viewers. */
export const LOST_MS_MAX = 60_000;

/** `free`: nobody publishes. `held`: a node publishes. `lost`: it has not been heard of, and may still come back. */
export type LeaseState = 'free' | 'held' | 'lost';
export type LeaseInput = 'granted' | 'heard' | 'silent' | 'gone' | 'returned';

/** The life of a channel's lease. docs/ARCHITECTURE.md prints this table. */
export const LEASE_LIFE = {
  free: { granted: 'held' },
  held: { granted: 'held', heard: 'held', silent: 'lost', returned: 'free' },
  lost: { granted: 'held', heard: 'held', gone: 'free', returned: 'free' },
} as const satisfies Record<LeaseState, Partial<Record<LeaseInput, LeaseState>>>;

/** Who may publish, as of now. */
export interface Lease {
  readonly state: LeaseState;
  readonly epoch: Epoch;
  readonly broadcastId: BroadcastId;
  readonly nodeId: NodeId;
  /** When its holder last said something. */
  readonly heardAtMs: number;
  /** It was ever announced under. */
  readonly isUsed: boolean;
}

/** The lease after an input. An input that the table lacks is our own error. */
export function leaseAfter(lease: Lease, input: Exclude<LeaseInput, 'granted'>, nowMs: number): Lease {
  const steps: Partial<Record<LeaseInput, LeaseState>> = LEASE_LIFE[lease.state];
  const state = steps[input];
  if (state === undefined) throw new Error(`a ${lease.state} lease knows no ${input}`);
  return input === 'heard' ? { ...lease, state, heardAtMs: nowMs, isUsed: true } : { ...lease, state };
}

/** When time alone changes the lease; `undefined`: never. */
export function leaseDeadlineMs(lease: Lease): number | undefined {
  if (lease.state === 'held') return lease.heardAtMs + LEASE_MS;
  if (lease.state === 'lost') return lease.heardAtMs + LEASE_MS + LOST_MS_MAX;
  return undefined;
}

/** What time alone does to the lease now. */
export function leaseInputAt(lease: Lease, nowMs: number): 'silent' | 'gone' | undefined {
  const deadlineMs = leaseDeadlineMs(lease);
  if (deadlineMs === undefined || nowMs < deadlineMs) return undefined;
  return lease.state === 'held' ? 'silent' : 'gone';
}

export type LeaseDecision =
  | { readonly kind: 'grant' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'refuse'; readonly code: Extract<LeaseRefusal, 'channel-in-use' | 'epoch-superseded'> };

export interface LeaseAsk extends LeaseRequest {
  readonly takeover: TakeoverPolicy;
}

const GRANT: LeaseDecision = { kind: 'grant' };

/** Whether a node that asks for the channel gets it. */
export function decideLease(lease: Lease | undefined, { nodeId, resume, takeover }: LeaseAsk): LeaseDecision {
  if (lease === undefined) return GRANT;
  // A higher epoch than any that was given: this object lost its memory, so there is nothing to go on with.
  if (resume !== undefined && resume.epoch <= lease.epoch) {
    const isOwn = resume.epoch === lease.epoch && resume.broadcastId === lease.broadcastId && nodeId === lease.nodeId;
    if (!isOwn) return { kind: 'refuse', code: 'epoch-superseded' };
    return lease.state === 'free' ? GRANT : { kind: 'resume' };
  }
  if (lease.state !== 'held' || takeover === 'take-over') return GRANT;
  // The answer to its first request was lost on the way.
  const isRepeated = nodeId === lease.nodeId && !lease.isUsed;
  return isRepeated ? GRANT : { kind: 'refuse', code: 'channel-in-use' };
}

export interface LeaseClaim {
  readonly broadcastId: BroadcastId;
  readonly epoch: Epoch;
  readonly nodeId: NodeId;
}

/** Why a publisher may not announce, or hand back, under this lease; `undefined`: it may. */
export function leaseRefusal(lease: Lease | undefined, claim: LeaseClaim): AnnounceRefusal | undefined {
  if (lease === undefined || claim.epoch > lease.epoch) return 'broadcast-ended';
  if (claim.epoch < lease.epoch || claim.nodeId !== lease.nodeId) return 'epoch-superseded';
  if (claim.broadcastId !== lease.broadcastId) return 'announcement-invalid';
  return lease.state === 'free' ? 'broadcast-ended' : undefined;
}
