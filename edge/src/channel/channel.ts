import {
  type AnnounceAnswer,
  type Announcement,
  type BroadcastId,
  Epoch,
  type GrantClaims,
  INIT_VERSIONS_A_LEASE,
  InitVersion,
  type LeaseRequest,
  type LeaseReturn,
} from '@sluice/contracts';
import { WindowError } from '../window/window-error.ts';
import { Broadcast, type KeptBroadcast } from './broadcast.ts';
import { makeBroadcastId } from './broadcast-id.ts';
import { type AnnounceReply, type LeaseReply, type LeaseReturnReply, refused } from './channel-replies.ts';
import {
  decideLease,
  hasStandby,
  LEASE_MS,
  type Lease,
  leaseAfter,
  leaseDeadlineMs,
  leaseInputAt,
  leaseRefusal,
  type Standby,
} from './lease.ts';

/** An ended broadcast's playlists stay for its DVR window and this much longer (rfc8216bis §6.2.1). */
const ENDED_KEPT_MS_MIN = 60_000;
/** Ended broadcasts that are kept, so that publishing and leaving over and over fills nothing. The oldest goes. */
const ENDED_KEPT_MAX = 4;

/** Who asks, out of a verified grant. */
export type PublisherClaims = Pick<GrantClaims, 'node' | 'takeover' | 'dvrWindowS'>;

/** What storage knows of a channel. */
export interface KeptChannel {
  readonly lease: Lease | undefined;
  readonly broadcasts: readonly KeptBroadcast[];
}

/** What time alone did. */
export interface TimePassed {
  readonly isPublisherLost: boolean;
  readonly isBroadcastEnded: boolean;
  /** They were kept for long enough. */
  readonly forgotten: readonly BroadcastId[];
}

/** The publisher's half of a channel: the lease, and the broadcasts that were made under it. Time is an argument. */
export class Channel {
  /** From the oldest to the newest. */
  readonly #broadcasts: Map<BroadcastId, Broadcast>;
  #lease: Lease | undefined;
  #standby: Standby | undefined;

  constructor(kept: KeptChannel, nowMs: number) {
    const oldestFirst = [...kept.broadcasts].sort((a, b) => a.epoch - b.epoch);
    this.#broadcasts = new Map(oldestFirst.map((each) => [each.broadcastId, Broadcast.restore(each)]));
    // When the holder was last heard is not stored at every word: after a restart its silence begins anew.
    this.#lease = kept.lease?.state === 'held' ? { ...kept.lease, heardAtMs: nowMs } : kept.lease;
  }

  get lease(): Lease | undefined {
    return this.#lease;
  }

  get broadcasts(): Iterable<Broadcast> {
    return this.#broadcasts.values();
  }

  /** The newest broadcast, ended or not. */
  get current(): Broadcast | undefined {
    return this.#lease === undefined ? undefined : this.#broadcasts.get(this.#lease.broadcastId);
  }

  broadcast(broadcastId: BroadcastId): Broadcast | undefined {
    return this.#broadcasts.get(broadcastId);
  }

  /** A node asks to publish. A new broadcast begins, or the one that there is goes on under a new epoch. */
  askLease(
    claims: PublisherClaims,
    { nodeId, standsBy }: LeaseRequest,
    { nowMs, random }: { nowMs: number; random: Uint8Array },
  ): LeaseReply {
    const epoch = Epoch.parse((this.#lease?.epoch ?? 0) + 1);
    const { takeover } = claims;
    const decision = decideLease(this.#lease, {
      nodeId,
      standsBy,
      takeover,
      nowMs,
      isContinuable: isContinuable(this.current, epoch),
    });
    if (decision.kind === 'refuse') {
      if (standsBy) this.#standby = { nodeId, askedAtMs: nowMs };
      return refused(decision.code);
    }
    this.#standby = undefined;
    const continued = decision.kind === 'continue' ? this.current : undefined;
    const broadcast = continued ?? this.#begin(claims, { epoch, nowMs, random });
    const { broadcastId } = broadcast;
    this.#lease = { state: 'held', epoch, broadcastId, nodeId, heardAtMs: nowMs, isUsed: false, isBackup: standsBy };
    const continues = continued?.window?.description;
    return {
      kind: 'granted',
      answer: {
        broadcastId,
        epoch,
        ...(continues && { continues }),
        next: continued?.window?.next() ?? {},
        initVersion: initVersionOf(broadcast, epoch),
        leaseMs: LEASE_MS,
      },
    };
  }

  /** The lease's holder announces parts, or only that it lives. */
  announce(claims: PublisherClaims, announcement: Announcement, nowMs: number): AnnounceReply {
    const { broadcastId, epoch, description, parts } = announcement;
    const refusal = leaseRefusal(this.#lease, { broadcastId, epoch, nodeId: claims.node });
    const { current } = this;
    if (refusal !== undefined) return refused(refusal);
    if (this.#lease === undefined || current === undefined) return refused('broadcast-ended');
    this.#lease = leaseAfter(this.#lease, 'heard', nowMs);
    try {
      if (description !== undefined) current.describe(description);
      const waiting = hasStandby(this.#lease, this.#standby, nowMs);
      if (current.window === undefined) return taken({ next: {}, needsDescription: true, hasStandby: waiting });
      current.append(current.window, parts);
      return taken({ next: current.window.next(), needsDescription: false, hasStandby: waiting });
    } catch (error) {
      if (error instanceof WindowError) return refused('announcement-invalid', error.message);
      throw error;
    }
  }

  /**
   * The holder is done: EXT-X-ENDLIST, unless another node is to go on. Handing back twice is as good as once.
   */
  returnLease(claims: PublisherClaims, given: LeaseReturn, nowMs: number): LeaseReturnReply {
    const { broadcastId, epoch, expectsSuccessor } = given;
    const refusal = leaseRefusal(this.#lease, { broadcastId, epoch, nodeId: claims.node });
    if (refusal === 'broadcast-ended') return { kind: 'returned' };
    if (refusal !== undefined) return refused(refusal);
    if (this.#lease === undefined) return { kind: 'returned' };
    this.#lease = leaseAfter(this.#lease, expectsSuccessor ? 'released' : 'returned', nowMs);
    if (!expectsSuccessor) this.current?.end(nowMs);
    return { kind: 'returned' };
  }

  /** To be called when `deadlineMs` has come, and whenever the channel is used. */
  passTime(nowMs: number): TimePassed {
    let isPublisherLost = false;
    let isBroadcastEnded = false;
    for (;;) {
      const input = this.#lease && leaseInputAt(this.#lease, nowMs);
      if (input === undefined || this.#lease === undefined) break;
      this.#lease = leaseAfter(this.#lease, input, nowMs);
      if (input === 'silent') isPublisherLost = true;
      if (input === 'gone') {
        isBroadcastEnded = true;
        this.current?.end(nowMs);
      }
    }
    return { isPublisherLost, isBroadcastEnded, forgotten: this.#forget(nowMs) };
  }

  /** When time alone next changes something; `undefined`: never. */
  get deadlineMs(): number | undefined {
    const leaseMs = this.#lease && leaseDeadlineMs(this.#lease);
    const forgetMs = [...this.#broadcasts.values()].map(forgottenAtMs);
    const deadlines = [leaseMs, ...forgetMs].filter((deadline) => deadline !== undefined);
    return deadlines.length === 0 ? undefined : Math.min(...deadlines);
  }

  #begin(
    claims: PublisherClaims,
    { epoch, nowMs, random }: { readonly epoch: Epoch; readonly nowMs: number; readonly random: Uint8Array },
  ): Broadcast {
    this.current?.end(nowMs);
    const broadcastId = makeBroadcastId(nowMs, random);
    const broadcast = new Broadcast({ broadcastId, epoch, dvrWindowS: claims.dvrWindowS });
    this.#broadcasts.set(broadcastId, broadcast);
    return broadcast;
  }

  #forget(nowMs: number): BroadcastId[] {
    const ended = [...this.#broadcasts.values()].filter((broadcast) => broadcast.endedAtMs !== undefined);
    const surplus = new Set(ended.slice(0, Math.max(0, ended.length - ENDED_KEPT_MAX)));
    const forgotten = ended
      .filter((broadcast) => surplus.has(broadcast) || (forgottenAtMs(broadcast) ?? Infinity) <= nowMs)
      .map((broadcast) => broadcast.broadcastId);
    for (const broadcastId of forgotten) this.#broadcasts.delete(broadcastId);
    return forgotten;
  }
}

function taken(answer: AnnounceAnswer): AnnounceReply {
  return { kind: 'taken', answer };
}

/** Described, so that another node knows its grid; not ended; and with names left for the init segments of another. */
function isContinuable(broadcast: Broadcast | undefined, epoch: Epoch): boolean {
  if (broadcast?.window === undefined || broadcast.endedAtMs !== undefined) return false;
  return InitVersion.safeParse(initVersionOf(broadcast, epoch) + INIT_VERSIONS_A_LEASE - 1).success;
}

/** Objects are never rewritten: each lease of a broadcast has init versions of its own. */
function initVersionOf(broadcast: Broadcast, epoch: Epoch): number {
  return (epoch - broadcast.epoch) * INIT_VERSIONS_A_LEASE;
}

function forgottenAtMs({ endedAtMs, dvrWindowS }: Broadcast): number | undefined {
  return endedAtMs === undefined ? undefined : endedAtMs + dvrWindowS * 1_000 + ENDED_KEPT_MS_MIN;
}
