/**
 * Says when a publisher has sent more than its rate for a whole window: a bucket that drains at the rate and holds a
 * window's worth of it, so that a burst is forgiven and a habit is not.
 */
export class BitrateGate {
  readonly #bytesPerMs: number;
  readonly #capacityBytes: number;
  #heldBytes = 0;
  #lastMs: number | undefined;

  constructor(options: { readonly bitrateBpsMax: number; readonly windowMs: number }) {
    this.#bytesPerMs = options.bitrateBpsMax / 8 / 1_000;
    this.#capacityBytes = this.#bytesPerMs * options.windowMs;
  }

  /** `false` once the average is above the limit. */
  admits(sizeBytes: number, nowMs: number): boolean {
    const elapsedMs = Math.max(0, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    this.#heldBytes = Math.max(0, this.#heldBytes - elapsedMs * this.#bytesPerMs) + sizeBytes;
    return this.#heldBytes <= this.#capacityBytes;
  }
}
