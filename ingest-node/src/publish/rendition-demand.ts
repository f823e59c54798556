import type { RenditionId } from '@sluice/contracts';

export interface DemandLimits {
  /** Nobody asked for a rendition for so long: it rests from its next segment on. */
  readonly restAfterMs: number;
  /** It rested for so long: it is not encoded any more. Until then it is back at once, and only storage is spared. */
  readonly idleAfterMs: number;
}

/** Players try a larger picture and go back within half a minute; and the edge's own word is some seconds late. */
export const DEMAND_LIMITS: DemandLimits = { restAfterMs: 30_000, idleAfterMs: 60_000 };

/** Plans of segments that are remembered: encoders are less than this apart (LoadGovernor). */
const PLANS_KEPT = 64;

export interface RenditionDemandOptions {
  /** The video renditions, from the smallest on. The first never rests. */
  readonly pictures: readonly RenditionId[];
  readonly nowMs: number;
  readonly limits?: DemandLimits | undefined;
  /** Of segments that another node began: who lends to whom. They go on so. */
  readonly lent?: ReadonlyMap<number, ReadonlyMap<RenditionId, RenditionId>>;
}

/** Who lends a segment: by the rendition that rests. */
type Plan = ReadonlyMap<RenditionId, RenditionId>;

/**
 * Decides which renditions rest, for nobody watches them or they have no room on the line, segment by segment: what a
 * segment was once said to be it stays. A rendition that rests is lent the segments of the next smaller one that does not
 * (docs/adr/0030-renditions-on-demand.md). Pure: the time is an argument, in ms of any steady clock.
 */
export class RenditionDemand {
  readonly #pictures: readonly RenditionId[];
  readonly #limits: DemandLimits;
  readonly #watchedAtMs: Map<RenditionId, number>;
  /** Those that rest, since when. */
  readonly #restingSinceMs = new Map<RenditionId, number>();
  /** The first segment from which a rendition is encoded, where it was not. */
  readonly #encodedFromMsn = new Map<RenditionId, number>();
  readonly #plans: Map<number, Plan>;
  #shed: readonly RenditionId[] = [];
  #idle: readonly RenditionId[] = [];

  constructor({ pictures, nowMs, limits = DEMAND_LIMITS, lent }: RenditionDemandOptions) {
    this.#pictures = pictures;
    this.#limits = limits;
    this.#watchedAtMs = new Map(pictures.map((id) => [id, nowMs]));
    this.#plans = new Map(lent);
  }

  /** Those that rest from their next segment on, or do already; the smallest first. */
  get resting(): RenditionId[] {
    return this.#pictures.filter((id) => this.#restingSinceMs.has(id));
  }

  /** Those that need not be encoded. The encoders' answer comes to `encoded`. */
  get idle(): readonly RenditionId[] {
    return this.#idle;
  }

  /**
   * The edge tells which renditions viewers asked for of late; `undefined`: it does not know such things, and all have to
   * be made. `true`: others rest than before, or others are idle.
   */
  told(watched: readonly RenditionId[] | undefined, nowMs: number): boolean {
    const before = [this.resting.join(), this.#idle.join()].join('/');
    for (const id of this.#pictures) {
      if (watched === undefined || watched.includes(id)) this.#watchedAtMs.set(id, nowMs);
      this.#decide(id, nowMs);
    }
    const { idleAfterMs } = this.#limits;
    const idle = this.resting.filter((id) => nowMs - (this.#restingSinceMs.get(id) ?? nowMs) >= idleAfterMs);
    // What is not encoded now is not there before the encoders have said from where on it is.
    for (const id of idle) this.#encodedFromMsn.set(id, Number.POSITIVE_INFINITY);
    this.#idle = idle;
    return [this.resting.join(), this.#idle.join()].join('/') !== before;
  }

  /** The line to storage is too thin for these: from their next segment on they are lent, too. */
  shed(ids: readonly RenditionId[]): void {
    this.#shed = ids;
  }

  isShed(id: RenditionId): boolean {
    return this.#shed.includes(id);
  }

  /** The encoders' answer to an order: from this segment on these are not encoded, and all others are. */
  encoded(idle: readonly RenditionId[], fromMsn: number): void {
    for (const [id, sinceMsn] of this.#encodedFromMsn) {
      if (idle.includes(id)) this.#encodedFromMsn.set(id, Number.POSITIVE_INFINITY);
      else if (sinceMsn === Number.POSITIVE_INFINITY && !this.#idle.includes(id)) this.#encodedFromMsn.set(id, fromMsn);
    }
  }

  /** Other encoders began: they make everything, and are told anew what not to. */
  encodersBegan(nowMs: number): void {
    this.#encodedFromMsn.clear();
    this.#idle = [];
    for (const id of this.#restingSinceMs.keys()) this.#restingSinceMs.set(id, nowMs);
  }

  /** Who lends a segment of a rendition; `undefined`: it is its own. Once asked for a segment it stays so. */
  lender(id: RenditionId, msn: number): RenditionId | undefined {
    return this.#plan(msn).get(id);
  }

  #decide(id: RenditionId, nowMs: number): void {
    const isUnwatched = nowMs - (this.#watchedAtMs.get(id) ?? nowMs) >= this.#limits.restAfterMs;
    if (!isUnwatched) this.#restingSinceMs.delete(id);
    else if (id !== this.#pictures[0] && !this.#restingSinceMs.has(id)) this.#restingSinceMs.set(id, nowMs);
  }

  #plan(msn: number): Plan {
    const plan = this.#plans.get(msn) ?? this.#planNow(msn);
    this.#plans.set(msn, plan);
    const [oldest] = this.#plans.keys();
    if (oldest !== undefined && this.#plans.size > PLANS_KEPT) this.#plans.delete(oldest);
    return plan;
  }

  #planNow(msn: number): Plan {
    const plan = new Map<RenditionId, RenditionId>();
    let [lender] = this.#pictures;
    for (const id of this.#pictures) {
      const isStored = !this.#restingSinceMs.has(id) && !this.isShed(id);
      const isMade = isStored && (this.#encodedFromMsn.get(id) ?? 0) <= msn;
      if (isMade || lender === undefined || id === lender) lender = id;
      else plan.set(id, lender);
    }
    return plan;
  }
}
