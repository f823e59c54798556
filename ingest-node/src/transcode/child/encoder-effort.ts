import type { EncoderWork } from '../messages.ts';

/** How much an encoder did, and for how long it was at it. */
export class EncoderEffort {
  readonly #slotMs: number;
  #slotCount = 0;
  #busyMs = 0;
  #busySinceMs: number | undefined;

  /** @param slotMs what one slot lasts. */
  constructor(slotMs: number) {
    this.#slotMs = slotMs;
  }

  /** It has something to do. */
  begin(nowMs: number): void {
    this.#busySinceMs ??= nowMs;
  }

  /** It has done one slot. */
  done(): void {
    this.#slotCount += 1;
  }

  /** It has nothing to do. */
  end(nowMs: number): void {
    this.#busyMs = this.#busyMsAt(nowMs);
    this.#busySinceMs = undefined;
  }

  /** All of it until now. */
  at(nowMs: number): EncoderWork {
    return { encodedMs: this.#slotCount * this.#slotMs, busyMs: this.#busyMsAt(nowMs) };
  }

  #busyMsAt(nowMs: number): number {
    return this.#busyMs + (this.#busySinceMs === undefined ? 0 : nowMs - this.#busySinceMs);
  }
}
