/** Long enough that a burst at a part's end is not taken for the rule. */
const WINDOW_MS = 3_000;

/** Requests a second, over the last whole window. Time is an argument. */
export class RequestMeter {
  #fromMs = 0;
  #count = 0;

  /** One more. */
  note(nowMs: number): void {
    if (this.#fromMs === 0) this.#fromMs = nowMs;
    this.#count += 1;
  }

  /** Requests a second since it was last taken; `undefined`: too short a time ago. */
  take(nowMs: number): number | undefined {
    const tookMs = nowMs - this.#fromMs;
    if (tookMs < WINDOW_MS) return undefined;
    const perS = (this.#count * 1_000) / tookMs;
    this.#fromMs = nowMs;
    this.#count = 0;
    return perS;
  }
}
