import {
  type AnnounceAnswer,
  type Announcement,
  type BroadcastId,
  Epoch,
  type GrantClaims,
  type LeaseRequest,
  type LeaseReturn,
} from '@sluice/contracts';
import { WindowError } from '../window/window-error.ts';
import { Broadcast, type KeptBroadcast } from './broadcast.ts';
import { makeBroadcastId } from './broadcast-id.ts';
import { type AnnounceReply, type LeaseReply, type LeaseReturnReply, refused } from './channel-replies.ts';
import {
  hasStandby,
  type Lease,
  leaseAfter,
  leaseDeadlineMs,
  leaseInputAt,
  leaseRefusal,
  type Standby,
} from './lease.ts';
import { isContinuable, leaseAnswer, leaseRefused } from './lease-answer.ts';
import { decideLease, leaseAfterLate, type Rivalry } from './lease-decision.ts';

/** An ended broadcast's playlists stay for its DVR window and this much longer (rfc8216bis §6.2.1). */
const ENDED_KEPT_MS_MIN = 60_000;
/** Ended broadcasts that are kept, so that publishing and leaving over and over fills nothing. The oldest goes. */
const ENDED_KEPT_MAX = 4;

/** Who asks, out of a verified grant. */
export type PublisherClaims = Pick<
  GrantClaims,
  'node' | 'takeover' | 'dvrWindowS' | 'isPrivate' | 'delivery' | 'isRecorded'
>;

/** When a node asks, and 16 random bytes for the id of a broadcast that begins. */
export interface Moment {
  readonly nowMs: number;
  readonly random: Uint8Array;
}

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
    // What the holder says is not stored at every word: after a restart its silence begins anew.
    const anew = { heardAtMs: nowMs, isPublisherAbsent: false };
    this.#lease = kept.lease?.state === 'held' ? { ...kept.lease, ...anew } : kept.lease;
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
  askLease(claims: PublisherClaims, request: LeaseRequest, now: Moment): LeaseReply {
    const epoch = Epoch.parse((this.#lease?.epoch ?? 0) + 1);
    const { takeover } = claims;
    const { nowMs } = now;
    const ask = { ...request, takeover, nowMs, isContinuable: isContinuable(this.current, epoch) };
    const decision = decideLease(this.#lease, ask);
    if (decision.kind === 'refuse') {
      if (request.standsBy) this.#standby = { nodeId: request.nodeId, askedAtMs: nowMs };
      return leaseRefused(decision.code, decision.retryAfterMs);
    }
    this.#standby = undefined;
    const continued = decision.kind === 'continue' ? this.current : undefined;
    continued?.timeline?.doubtNewest();
    const broadcast = continued ?? this.#begin(claims, epoch, now);
    this.#lease = grantedLease({ request, broadcast, epoch, nowMs, rivalry: decision.rivalry });
    return { kind: 'granted', answer: leaseAnswer(broadcast, epoch, continued?.window) };
  }

  /** The lease's holder announces parts, or only that it lives. */
  announce(claims: PublisherClaims, announcement: Announcement, nowMs: number): AnnounceReply {
    const { broadcastId, epoch, isPublisherAbsent = false } = announcement;
    const refusal = leaseRefusal(this.#lease, { broadcastId, epoch, nodeId: claims.node });
    if (refusal === 'epoch-superseded') this.#lease = this.#lease && leaseAfterLate(this.#lease, announcement, nowMs);
    if (refusal !== undefined) return refused(refusal);
    const { current } = this;
    if (this.#lease === undefined || current === undefined) return refused('broadcast-ended');
    try {
      const expected = take(current, announcement);
      // Not before: a node that announces what cannot be listed must not keep the channel from others.
      this.#lease = { ...leaseAfter(this.#lease, 'heard', nowMs), isPublisherAbsent };
      const waiting = hasStandby(this.#lease, this.#standby, nowMs);
      return { kind: 'taken', answer: { ...expected, hasStandby: waiting } };
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
    // A node waits for its publisher for some time, and then returns the lease as well.
    const reason = this.#lease.isPublisherAbsent ? 'publisher-gone' : 'publisher-stopped';
    this.#lease = leaseAfter(this.#lease, expectsSuccessor ? 'released' : 'returned', nowMs);
    if (!expectsSuccessor) this.current?.end(nowMs, reason);
    return { kind: 'returned' };
  }

  /** The channel was deleted: its broadcast ends, and nobody has the lease. */
  close(nowMs: number): void {
    this.current?.end(nowMs, 'channel-deleted');
    this.#standby = undefined;
    // Without one every node is refused, whatever it was given before.
    this.#lease = undefined;
  }

  /** Forgets all broadcasts of a channel that was closed. */
  empty(): void {
    this.#broadcasts.clear();
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
        this.current?.end(nowMs, 'publisher-gone');
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

  #begin(claims: PublisherClaims, epoch: Epoch, { nowMs, random }: Moment): Broadcast {
    this.current?.end(nowMs, 'superseded');
    const broadcastId = makeBroadcastId({ nowMs, random, isPrivate: claims.isPrivate });
    const { dvrWindowS, delivery, isRecorded } = claims;
    const broadcast = new Broadcast({ broadcastId, epoch, dvrWindowS, delivery, isRecorded });
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

function grantedLease(granted: {
  readonly request: LeaseRequest;
  readonly broadcast: Broadcast;
  readonly epoch: Epoch;
  readonly rivalry: Rivalry;
  readonly nowMs: number;
}): Lease {
  const { request, broadcast, epoch, rivalry, nowMs } = granted;
  return {
    state: 'held',
    epoch,
    broadcastId: broadcast.broadcastId,
    nodeId: request.nodeId,
    heardAtMs: nowMs,
    isBackup: request.standsBy,
    isPublisherAbsent: false,
    ...rivalry,
  };
}

/** What a broadcast expects after an announcement. Throws WindowError for what no playlist could list. */
function take(
  broadcast: Broadcast,
  { description, parts, dateRanges, thumbnails }: Announcement,
): Omit<AnnounceAnswer, 'hasStandby'> {
  if (description !== undefined) broadcast.describe(description);
  const { window } = broadcast;
  if (window === undefined) return { next: {}, needsDescription: true, takesThumbnails: true };
  broadcast.append(window, parts, dateRanges);
  if (thumbnails !== undefined) broadcast.takeThumbnails(thumbnails);
  return { next: window.next(), needsDescription: false, takesThumbnails: true };
}

function forgottenAtMs({ endedAtMs, dvrWindowS }: Broadcast): number | undefined {
  return endedAtMs === undefined ? undefined : endedAtMs + dvrWindowS * 1_000 + ENDED_KEPT_MS_MIN;
}
