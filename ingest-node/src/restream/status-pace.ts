/** A target that fails at once is told of once in so long. */
const GAP_MS = 2_000;
/** Figures grow old; and the control API takes a push that nobody speaks of for one whose node is gone. */
const REFRESH_MS = 10_000;

/** When the status of a push is told: when it changes, but not more often than every two seconds, and every ten. */
export class StatusPace {
  readonly #gapMs: number;
  #toldMs = Number.NEGATIVE_INFINITY;
  #isNews = true;

  constructor(gapMs: number = GAP_MS) {
    this.#gapMs = gapMs;
  }

  changed(): void {
    this.#isNews = true;
  }

  get deadlineMs(): number {
    return this.#toldMs + (this.#isNews ? this.#gapMs : REFRESH_MS);
  }

  /** Whether it is to be told now; then it counts as told. */
  take(nowMs: number): boolean {
    if (nowMs < this.deadlineMs) return false;
    this.#toldMs = nowMs;
    this.#isNews = false;
    return true;
  }
}
