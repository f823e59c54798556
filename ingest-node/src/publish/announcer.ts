import {
  type AnnounceAnswer,
  type Announcement,
  type BroadcastDescription,
  type BroadcastId,
  type Epoch,
  PARTS_PER_ANNOUNCEMENT_MAX,
  type PartAnnounced,
  type RenditionId,
} from '@sluice/contracts';
import type { CallOutcome } from '../control/json-call.ts';
import type { AnnounceLedger } from './announce-ledger.ts';
import type { ThumbnailNews } from './thumbnail-news.ts';

export interface AnnounceLimits {
  /**
   * How long a part waits for its siblings, while their PUTs are on their way. One POST for all of an instant costs the
   * edge less than one for each, and the last sibling does not wait for the first one's round trip. On loopback, 5 ms
   * and 15 ms could not be told apart by what a waiting client saw.
   */
  readonly holdMs: number;
  /** Wait before the first repetition; doubled with each. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
}

export const ANNOUNCE_LIMITS: AnnounceLimits = { holdMs: 15, backoffMs: 100, backoffMsMax: 1_000 };

/** An announcement in time keeps the lease, even when the one before it was lost. */
const HEARTBEATS_A_LEASE = 3;
/** While renditions rest: so long after somebody asks for one, it is known here. */
const HEARTBEAT_MS_RESTING = 1_000;
/** Renewed in the background; until then the announcement waits. */
const EXPIRED = 'grant-expired';
/** An edge of another version does not know a word of ours. */
const NOT_UNDERSTOOD = 'request-invalid';

export interface AnnouncerListener {
  /** The edge lists these parts now. */
  onKnown(parts: readonly PartAnnounced[]): void;
  /** Whether a backup on another node waits for the lease; with each answer. */
  onStandby(isThere: boolean): void;
  /** Which renditions viewers asked for of late, if the edge knows; with each answer. */
  onWatched(ids: readonly RenditionId[] | undefined): void;
  /** A round trip ended with an answer. */
  onAnswered(tookMs: number): void;
  /** Asking again may help; it is asked again. */
  onTrouble(why: string): void;
  /** The edge has refused this broadcast for good. Nothing more is announced. */
  onRefused(code: string, detail: string): void;
}

export interface AnnouncerOptions {
  readonly broadcastId: BroadcastId;
  readonly epoch: Epoch;
  readonly leaseMs: number;
  /** As of now: it may come to name other init segments. */
  readonly description: () => BroadcastDescription;
  readonly ledger: AnnounceLedger;
  /** Told with the parts, to an edge that says that it wants to know. */
  readonly thumbnails: ThumbnailNews;
  /** Renditions rest: what becomes of that must be heard of soon. */
  readonly hasResting: () => boolean;
  readonly announce: (announcement: Announcement, signal: AbortSignal) => Promise<CallOutcome<AnnounceAnswer>>;
  readonly listener: AnnouncerListener;
  readonly limits?: Partial<AnnounceLimits>;
}

/** Tells the edge what is in the bucket: one POST at a time, what is confirmed meanwhile goes into the next. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #limits: AnnounceLimits;
  readonly #cutOff = new AbortController();
  #needsDescription = true;
  /** The description changed, and the edge has not heard of it. */
  #isUntold = false;
  #isAsking = false;
  /** So said the edge's last answer. */
  #takesThumbnails = false;
  #flushed: PromiseWithResolvers<void> | undefined;
  #failures = 0;
  /** Of the hold, the back-off or the heartbeat: there is never more than one reason to wait. */
  #timer: NodeJS.Timeout | undefined;
  #waitsFor: 'siblings' | 'retry' | 'heartbeat' | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#limits = { ...ANNOUNCE_LIMITS, ...options.limits };
  }

  /** Announces the broadcast itself, before it has a part. */
  start(): void {
    this.#ask();
  }

  /** The description has changed; it goes with the next announcement. */
  redescribe(): void {
    this.#isUntold = true;
  }

  /** The ledger has changed. `expectsSiblings`: more of the same instant is about to be confirmed. */
  poke(expectsSiblings: boolean): void {
    if (this.#isOver || this.#isAsking || this.#waitsFor === 'retry' || !this.#options.ledger.hasReady) return;
    if (!expectsSiblings) this.#ask();
    else if (this.#waitsFor !== 'siblings') this.#wait('siblings', this.#limits.holdMs);
  }

  /** No parts follow: what goes with them is told by itself. Resolves when the edge knows it, or will not. */
  flush(): Promise<void> {
    this.#flushed ??= Promise.withResolvers();
    const canAsk = !this.#isOver && !this.#isAsking && this.#waitsFor !== 'retry';
    if (canAsk && this.#hasNews) this.#ask();
    else if (canAsk || this.#isOver) this.#flushed.resolve();
    return this.#flushed.promise;
  }

  /** Nothing is announced any more, and nobody is told. */
  stop(): void {
    this.#cutOff.abort();
    this.#flushed?.resolve();
    clearTimeout(this.#timer);
  }

  get #isOver(): boolean {
    return this.#cutOff.signal.aborted;
  }

  get #hasNews(): boolean {
    return this.#takesThumbnails && this.#options.thumbnails.isUntold;
  }

  #wait(reason: 'siblings' | 'retry' | 'heartbeat', afterMs: number): void {
    clearTimeout(this.#timer);
    this.#waitsFor = reason;
    this.#timer = setTimeout(() => this.#ask(), afterMs);
  }

  #ask(): void {
    clearTimeout(this.#timer);
    this.#waitsFor = undefined;
    this.#isAsking = true;
    void this.#askOnce().finally(() => {
      this.#isAsking = false;
      if (!this.#isOver) this.#next();
    });
  }

  async #askOnce(): Promise<void> {
    const { announce, ledger, broadcastId, epoch, description, listener } = this.#options;
    const parts = ledger.take(PARTS_PER_ANNOUNCEMENT_MAX);
    const isDescribing = this.#needsDescription || this.#isUntold;
    this.#isUntold = false;
    const thumbnails = this.#hasNews ? this.#options.thumbnails.take() : undefined;
    const rest = { ...(isDescribing && { description: description() }), ...(thumbnails && { thumbnails }) };
    const announcement = { broadcastId, epoch, parts, ...rest };
    const askedAtMs = performance.now();
    const outcome = await announce(announcement, this.#cutOff.signal);
    if (this.#isOver) return;
    if (outcome.kind === 'answered') {
      listener.onAnswered(performance.now() - askedAtMs);
      listener.onStandby(outcome.answer.hasStandby);
      listener.onWatched(outcome.answer.watched);
      this.#take(outcome.answer, { sentCount: parts.length, isDescribing });
      return;
    }
    ledger.unanswered();
    if (thumbnails !== undefined) this.#options.thumbnails.unanswered();
    this.#isUntold = isDescribing;
    this.#failures += 1;
    if (outcome.kind === 'unreachable') listener.onTrouble(outcome.why);
    else if (outcome.code === EXPIRED) listener.onTrouble(outcome.code);
    else if (thumbnails !== undefined && outcome.code === NOT_UNDERSTOOD) this.#forgoThumbnails();
    else this.#refuse(outcome.code, outcome.detail);
  }

  #take(
    { next, needsDescription, takesThumbnails }: AnnounceAnswer,
    { sentCount, isDescribing }: { readonly sentCount: number; readonly isDescribing: boolean },
  ): void {
    const { ledger, listener } = this.#options;
    this.#needsDescription = needsDescription;
    this.#takesThumbnails = takesThumbnails;
    const { known, isBeyondRepair } = ledger.answered(next);
    if (isBeyondRepair) {
      this.#refuse('resend-impossible', 'The edge expects parts that are not kept any more.');
      return;
    }
    // An edge that takes nothing of what it is sent would be asked without a pause.
    const isStuck = (sentCount > 0 && known.length === 0) || (isDescribing && needsDescription);
    this.#failures = isStuck ? this.#failures + 1 : 0;
    if (isStuck) listener.onTrouble('the edge answered, and took nothing of what it was sent');
    if (known.length > 0) listener.onKnown(known);
  }

  /** The edge was newer a moment ago: it is asked again without them. */
  #forgoThumbnails(): void {
    this.#takesThumbnails = false;
    this.#options.listener.onTrouble('the edge does not take thumbnails any more');
  }

  #refuse(code: string, detail: string): void {
    this.stop();
    this.#options.listener.onRefused(code, detail);
  }

  #next(): void {
    if (this.#failures > 0) {
      const backoffMs = this.#limits.backoffMs * 2 ** (this.#failures - 1);
      this.#wait('retry', Math.min(backoffMs, this.#limits.backoffMsMax));
    } else if (this.#options.ledger.hasReady || this.#needsDescription || this.#isUntold) {
      this.#ask();
    } else if (this.#flushed !== undefined && this.#hasNews) {
      this.#ask();
    } else {
      this.#flushed?.resolve();
      const heartbeatMs = this.#options.leaseMs / HEARTBEATS_A_LEASE;
      this.#wait('heartbeat', this.#options.hasResting() ? Math.min(heartbeatMs, HEARTBEAT_MS_RESTING) : heartbeatMs);
    }
  }
}
