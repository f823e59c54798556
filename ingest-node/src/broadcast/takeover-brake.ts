/** After a takeover the next one has to wait so long; each time twice as long, up to the most. */
const REST_MS = 10_000;
const REST_MS_MAX = 300_000;
/** A channel that nobody took over for so long begins anew. */
const CALM_MS = 600_000;

/**
 * Of two encoders that both connect again by themselves, each would push the other out for ever, and viewers would see
 * them in turns. Time is an argument.
 */
export class TakeoverBrake {
  #lastMs = Number.NEGATIVE_INFINITY;
  #restMs = 0;

  /** Whether a publisher that sends may be taken over now; a yes counts as done. */
  take(nowMs: number): boolean {
    const sinceMs = nowMs - this.#lastMs;
    if (sinceMs < this.#restMs) return false;
    this.#restMs = sinceMs >= CALM_MS ? REST_MS : Math.min(REST_MS_MAX, this.#restMs * 2);
    this.#lastMs = nowMs;
    return true;
  }
}
