/** So much of what came last is believed: a line changes. */
const PARTS_MAX = 6;
/** What came faster than a clock of milliseconds can tell. */
const TOOK_MS_MIN = 2;

/**
 * What the line carries, from parts that came over it: all of their bytes by all of their time, so that a slow one counts
 * for as long as it took. Pure.
 */
export class LineEstimate {
  #parts: readonly { readonly bits: number; readonly tookMs: number }[] = [];

  /** `tookMs`: from the first byte to the last; the wait before it tells nothing of the line. */
  add({ bytes, tookMs }: { readonly bytes: number; readonly tookMs: number }): void {
    this.#parts = [...this.#parts, { bits: bytes * 8, tookMs: Math.max(TOOK_MS_MIN, tookMs) }].slice(-PARTS_MAX);
  }

  /** A part came hardly faster than it plays: what was before does not hold any more. */
  begunAnew(): void {
    this.#parts = this.#parts.slice(-1);
  }

  get bps(): number | undefined {
    const bits = this.#parts.reduce((sum, part) => sum + part.bits, 0);
    const tookMs = this.#parts.reduce((sum, part) => sum + part.tookMs, 0);
    return tookMs === 0 ? undefined : (bits * 1_000) / tookMs;
  }
}
