/** Sound and the smallest picture are never shed: without them there is nothing left. */
const KEPT_RANKS_MIN = 2;
/** A PUT that takes longer than this many parts eats up what players hold back (PART-HOLD-BACK is three parts). */
const LATE_PARTS = 1.5;
/** Storage's own slow answers, one in a thousand, are below this. */
const LATE_MS_MIN = 400;
/**
 * One late part may be a hiccup of storage. A line that is too thin makes all that follow late, too. Where a rendition
 * has just come back one is enough.
 */
const LATE_MIN = 2;
const LATE_MIN_ON_TRIAL = 1;
/** What was sent before a rendition was shed lies in the line for so long. PUTs of that time say nothing. */
const SETTLE_PARTS = 4;
/** After so long without a late part one rendition is tried again; longer each time that this was too early. */
const CALM_MS = 10_000;
const CALM_MS_MAX = 320_000;
/** What comes back and has to go again within this time came back too early. */
const TRIAL_MS = 10_000;
/** Nothing is left to be shed, and parts have been late for so long: only then it is asked whether it helped. */
const DOUBT_AFTER_MS = 8_000;
/** Where nothing helped, it is tried again after this. */
const HELPLESS_MS = 30_000;
/** PUTs that take about as long with almost nothing on the line as with all: it is not the line. */
const SAME_RATIO = 0.65;
/** Late parts that are remembered. More of them say nothing more. */
const LATE_MAX = 64;

/** A PUT of a part: of which rendition, and when it was begun, on any steady clock. */
export interface PutAttempt {
  readonly rank: number;
  readonly startedAtMs: number;
}

interface LatePut extends PutAttempt {
  readonly tookMs: number;
  readonly seenAtMs: number;
}

/** `leaving`: put until its segment ends. `returning`: put from its next segment on. */
type RankState = 'flowing' | 'leaving' | 'shed' | 'returning';

/**
 * Decides which renditions are put while the line to storage is too thin for all of them: the highest rank goes first,
 * and comes back when the others have been on time for a while. Storage that is away or merely slow to answer sheds
 * nothing for long: that would not make it quicker. Pure: the time is an argument.
 */
export class RenditionShedding {
  readonly #states: RankState[];
  readonly #lateMs: number;
  readonly #settleMs: number;
  readonly #late: LatePut[] = [];
  /** When the newest of all confirmed PUTs was begun. */
  #newestConfirmedMs = Number.NEGATIVE_INFINITY;
  #changedAtMs = Number.NEGATIVE_INFINITY;
  #restoredAtMs = Number.NEGATIVE_INFINITY;
  #lastLateMs = Number.NEGATIVE_INFINITY;
  #helplessUntilMs = Number.NEGATIVE_INFINITY;
  #calmMs = CALM_MS;
  /** How long PUTs took when the first rendition was shed. */
  #tookBeforeMs = 0;

  constructor({ rankCount, partMs }: { readonly rankCount: number; readonly partMs: number }) {
    this.#states = Array.from({ length: rankCount }, () => 'flowing');
    this.#lateMs = Math.max(LATE_MS_MIN, LATE_PARTS * partMs);
    this.#settleMs = SETTLE_PARTS * partMs;
  }

  /** Ranks that are not put, or will not be from their next segment on, the lowest first. */
  get shedRanks(): number[] {
    return [...this.#states.keys()].filter((rank) => this.#isLeaving(rank) || this.#states[rank] === 'shed');
  }

  /**
   * Whether a part of a rank is to be put. A rendition goes and comes with whole segments: hls.js does not get over a
   * hole of several parts within a segment (docs/adr/0016).
   */
  admits(rank: number, startsSegment: boolean, nowMs: number): boolean {
    if (startsSegment && this.#states[rank] === 'returning') this.#states[rank] = 'flowing';
    if (startsSegment && this.#isLeaving(rank)) {
      this.#states[rank] = 'shed';
      // Only now it has an effect.
      this.#changed(nowMs);
    }
    return this.#states[rank] !== 'shed' && this.#states[rank] !== 'returning';
  }

  /** Whether whole segments may be put, for which parts can stand in. */
  areSegmentsWelcome(nowMs: number): boolean {
    return this.shedRanks.length === 0 && nowMs - this.#lastLateMs > this.#settleMs;
  }

  /** Storage took a part. */
  confirmed(attempt: PutAttempt, nowMs: number): void {
    this.#newestConfirmedMs = Math.max(this.#newestConfirmedMs, attempt.startedAtMs);
    this.#look(attempt, nowMs);
  }

  /** A PUT has no answer yet, or was cut off. That says something of the line only if a later one was answered. */
  unanswered(attempt: PutAttempt, nowMs: number): void {
    if (attempt.startedAtMs < this.#newestConfirmedMs) this.#look(attempt, nowMs);
  }

  /** Decides anew; to be asked about as often as parts come. `true`: other ranks than before are shed. */
  decide(nowMs: number): boolean {
    if (this.#isLineThin(nowMs)) return this.#shedOne(nowMs);
    const isCalm = nowMs - Math.max(this.#changedAtMs, this.#lastLateMs) >= this.#calmMs;
    return isCalm && this.#restore(this.shedRanks.slice(0, 1), nowMs);
  }

  #look(attempt: PutAttempt, nowMs: number): void {
    const tookMs = nowMs - attempt.startedAtMs;
    const isOnTrial = this.#isOnTrial(nowMs);
    const sinceMs = isOnTrial ? this.#changedAtMs : this.#changedAtMs + this.#settleMs;
    if (tookMs < this.#lateMs || attempt.startedAtMs < sinceMs) return;
    this.#lastLateMs = nowMs;
    const known = this.#late.findIndex((put) => put.rank === attempt.rank && put.startedAtMs === attempt.startedAtMs);
    if (known >= 0) this.#late.splice(known, 1);
    this.#late.push({ ...attempt, tookMs, seenAtMs: nowMs });
    if (this.#late.length > LATE_MAX) this.#late.shift();
  }

  #isLineThin(nowMs: number): boolean {
    const since = nowMs - this.#lateMs - this.#settleMs;
    const fresh = this.#late.filter(({ seenAtMs }) => seenAtMs >= since);
    this.#late.splice(0, this.#late.length, ...fresh);
    const counts = Map.groupBy(fresh, ({ rank }) => rank);
    const lateMin = this.#isOnTrial(nowMs) ? LATE_MIN_ON_TRIAL : LATE_MIN;
    return [...counts.values()].some((puts) => puts.length >= lateMin);
  }

  #shedOne(nowMs: number): boolean {
    if (nowMs < this.#helplessUntilMs || this.#states.includes('leaving')) return false;
    const rank = this.#states.findLastIndex((state) => state !== 'shed');
    if (rank < KEPT_RANKS_MIN) return this.#doubt(nowMs);
    const isFirst = this.shedRanks.length === 0;
    if (isFirst) this.#tookBeforeMs = this.#typicalTookMs();
    if (this.#isOnTrial(nowMs)) this.#calmMs = Math.min(this.#calmMs * 2, CALM_MS_MAX);
    else if (isFirst) this.#calmMs = CALM_MS;
    this.#restoredAtMs = Number.NEGATIVE_INFINITY;
    this.#states[rank] = this.#states[rank] === 'flowing' ? 'leaving' : 'shed';
    this.#changed(nowMs);
    return true;
  }

  /** There is nothing left to shed, and parts are still late. */
  #doubt(nowMs: number): boolean {
    if (this.shedRanks.length === 0 || nowMs - this.#changedAtMs < DOUBT_AFTER_MS) return false;
    const isLineAsSlow = this.#typicalTookMs() >= this.#tookBeforeMs * SAME_RATIO;
    if (!isLineAsSlow) return false;
    this.#helplessUntilMs = nowMs + HELPLESS_MS;
    return this.#restore(this.shedRanks, nowMs);
  }

  #restore(ranks: readonly number[], nowMs: number): boolean {
    if (ranks.length === 0) return false;
    for (const rank of ranks) this.#states[rank] = this.#isLeaving(rank) ? 'flowing' : 'returning';
    this.#restoredAtMs = nowMs;
    this.#changed(nowMs);
    return true;
  }

  #isOnTrial(nowMs: number): boolean {
    return nowMs >= this.#helplessUntilMs && nowMs - this.#restoredAtMs < TRIAL_MS;
  }

  #isLeaving(rank: number): boolean {
    return this.#states[rank] === 'leaving';
  }

  #changed(nowMs: number): void {
    this.#changedAtMs = nowMs;
    this.#late.length = 0;
  }

  #typicalTookMs(): number {
    const sorted = this.#late.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
}
