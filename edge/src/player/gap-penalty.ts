/** Gaps that come closer than this are one loss. */
const ONE_LOSS_MS = 10_000;
const PENALTY_MS = 60_000;
const PENALTY_MS_MAX = 300_000;

/**
 * For how long a rendition that had a gap is left alone. Who made it may be leaving it out on purpose, until there is
 * room for it again (docs/adr/0019-what-is-shed-and-what-is-lost.md), and each try to go back costs the viewer a stall. Pure.
 */
export class GapPenalty {
  #penaltyMs = 0;
  #lastGapMs = Number.NEGATIVE_INFINITY;

  /** A gap was met; how long its rendition is to be left alone from now on. */
  afterGap(nowMs: number): number {
    const sinceMs = nowMs - this.#lastGapMs;
    this.#lastGapMs = nowMs;
    if (sinceMs >= PENALTY_MS_MAX) this.#penaltyMs = PENALTY_MS;
    else if (sinceMs >= ONE_LOSS_MS) this.#penaltyMs = Math.min(2 * this.#penaltyMs, PENALTY_MS_MAX);
    return this.#penaltyMs;
  }
}
