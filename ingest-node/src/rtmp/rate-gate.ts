/**
 * Says when somebody does more of something than its rate for a whole window: a bucket that drains at the rate and holds
 * a window's worth of it, so that a burst is forgiven and a habit is not.
 */
export class RateGate {
  readonly #perMs: number;
  readonly #capacity: number;
  #held = 0;
  #lastMs: number | undefined;

  constructor(options: { readonly perSecondMax: number; readonly windowMs: number }) {
    this.#perMs = options.perSecondMax / 1_000;
    this.#capacity = this.#perMs * options.windowMs;
  }

  /** `false` once the average is above the limit. */
  admits(count: number, nowMs: number): boolean {
    const elapsedMs = Math.max(0, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    this.#held = Math.max(0, this.#held - elapsedMs * this.#perMs) + count;
    return this.#held <= this.#capacity;
  }
}
