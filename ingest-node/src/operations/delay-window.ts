/** Delays from 1 ms to a minute, in steps of a tenth: 116 counters. */
const STEP = 1.1;
const DELAY_MS_MAX = 60_000;
const BUCKETS = Math.ceil(Math.log(DELAY_MS_MAX) / Math.log(STEP)) + 1;

/** The worst of many delays, and one that so many were below, over a while; no more memory for a million than for one. */
export class DelayWindow {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #maxMs = 0;

  add(delayMs: number): void {
    const step = Math.ceil(Math.log(Math.max(1, delayMs)) / Math.log(STEP));
    const at = Math.min(BUCKETS - 1, step);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total += 1;
    this.#maxMs = Math.max(this.#maxMs, delayMs);
  }

  /** What was added since the last time; `undefined` where that is nothing. Percentiles are up to a tenth too high. */
  take(): { readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number } | undefined {
    if (this.#total === 0) return undefined;
    const taken = { p50Ms: this.#percentileMs(0.5), p95Ms: this.#percentileMs(0.95), maxMs: Math.round(this.#maxMs) };
    this.#counts.fill(0);
    this.#total = 0;
    this.#maxMs = 0;
    return taken;
  }

  #percentileMs(share: number): number {
    let left = Math.ceil(this.#total * share);
    for (const [step, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return Math.round(Math.min(this.#maxMs, STEP ** step));
    }
    return DELAY_MS_MAX;
  }
}
