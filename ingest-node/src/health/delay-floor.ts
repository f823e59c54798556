/** The last seconds in which something came; without one arrival in time for so long, a longer way is taken for given. */
const SECONDS_KEPT = 5;
/** A clock that goes back by more, or forward by more than the time that has passed, has jumped. */
const JUMP_MS = 1_000;

interface Second {
  readonly index: number;
  leastMs: number;
}

/**
 * The least delay of one track lately: arrival by our clock against the publisher's own time. Its absolute value means
 * nothing, as the two clocks have different beginnings. What waits on the way is later than it, so bursts and stalls do
 * not move it.
 */
export class DelayFloor {
  readonly #seconds: Second[] = [];
  #lastDtsMs = 0;
  #lastMs: number | undefined;

  /** How much later than in time something came; `undefined` when the clock has jumped, and all begins anew. */
  take(dtsMs: number, nowMs: number): number | undefined {
    const hasJumped = this.#hasJumped(dtsMs, nowMs);
    this.#lastDtsMs = dtsMs;
    this.#lastMs = nowMs;
    if (hasJumped) this.clear();
    const delayMs = nowMs - dtsMs;
    this.#keep(Math.floor(nowMs / 1_000), delayMs);
    return hasJumped ? undefined : delayMs - (this.leastMs ?? delayMs);
  }

  /** `undefined` before anything came. */
  get leastMs(): number | undefined {
    if (this.#seconds.length === 0) return undefined;
    return this.#seconds.reduce((least, { leastMs }) => Math.min(least, leastMs), Number.POSITIVE_INFINITY);
  }

  /** Nothing has come for so long that what is known is of another time. */
  isStale(nowMs: number): boolean {
    return this.#lastMs === undefined || nowMs - this.#lastMs > SECONDS_KEPT * 1_000;
  }

  clear(): void {
    this.#seconds.length = 0;
  }

  #hasJumped(dtsMs: number, nowMs: number): boolean {
    if (this.#lastMs === undefined) return false;
    const stepMs = dtsMs - this.#lastDtsMs;
    return stepMs < -JUMP_MS || stepMs > nowMs - this.#lastMs + JUMP_MS;
  }

  #keep(index: number, delayMs: number): void {
    const newest = this.#seconds.at(-1);
    if (newest?.index === index) {
      newest.leastMs = Math.min(newest.leastMs, delayMs);
      return;
    }
    this.#seconds.push({ index, leastMs: delayMs });
    if (this.#seconds.length > SECONDS_KEPT) this.#seconds.shift();
  }
}
