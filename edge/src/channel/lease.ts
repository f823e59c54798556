import type { AnnounceRefusal, BroadcastId, Epoch, NodeId, TakeoverBrake } from '@sluice/contracts';

/** A node announces every part; this long without a word and it is in trouble. */
export const LEASE_MS = 10_000;
/** A node that was lost may come back and go on; after this the broadcast is over for its viewers. */
export const LOST_MS_MAX = 60_000;

/**
 * `free`: nobody publishes. `held`: a node publishes. `lost`: it has not been heard of, or has gone, and the broadcast
 * may still go on: under it, or under another node.
 */
export type LeaseState = 'free' | 'held' | 'lost';
export type LeaseInput = 'granted' | 'heard' | 'silent' | 'gone' | 'returned' | 'released';

/** The life of a channel's lease. docs/ARCHITECTURE.md prints this table. */
export const LEASE_LIFE = {
  free: { granted: 'held' },
  held: { granted: 'held', heard: 'held', silent: 'lost', released: 'lost', returned: 'free' },
  lost: { granted: 'held', heard: 'held', gone: 'free', released: 'lost', returned: 'free' },
} as const satisfies Record<LeaseState, Partial<Record<LeaseInput, LeaseState>>>;

/** Who may publish, as of now. */
export interface Lease {
  readonly state: LeaseState;
  readonly epoch: Epoch;
  readonly broadcastId: BroadcastId;
  readonly nodeId: NodeId;
  /** When its holder last said something. */
  readonly heardAtMs: number;
  /** Its holder is a backup: a primary takes its place at once. */
  readonly isBackup: boolean;
  /** By its holder's last word, nobody sends. */
  readonly isPublisherAbsent: boolean;
  /** Of one node by another, since the channel was free. Kept with the lease, so that no restart lets go of it. */
  readonly takeovers?: TakeoverBrake | undefined;
  /** Taken from the holder of that epoch, of whom it is not known yet whether it still publishes. */
  readonly takenFrom?: Epoch | undefined;
}

/** The lease after an input. An input that the table lacks is our own error. */
export function leaseAfter(lease: Lease, input: Exclude<LeaseInput, 'granted'>, nowMs: number): Lease {
  const steps: Partial<Record<LeaseInput, LeaseState>> = LEASE_LIFE[lease.state];
  const state = steps[input];
  if (state === undefined) throw new Error(`a ${lease.state} lease knows no ${input}`);
  return input === 'heard' ? { ...lease, state, heardAtMs: nowMs } : { ...lease, state };
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

/** Without a word from a backup for so long, it does not stand by any more. It asks twice a second. */
export const STANDBY_MS = 3_000;

/** Who waits for the lease. In memory only: whoever waits asks again. */
export interface Standby {
  readonly nodeId: NodeId;
  readonly askedAtMs: number;
}

/** Whether the holder of a lease has a backup to hand it on to. */
export function hasStandby(lease: Lease, standby: Standby | undefined, nowMs: number): boolean {
  return standby !== undefined && standby.nodeId !== lease.nodeId && nowMs - standby.askedAtMs < STANDBY_MS;
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
