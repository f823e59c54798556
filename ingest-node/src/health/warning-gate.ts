const REPEAT_AFTER_MS = 60_000;
/** More than there are codes. A publisher can make sentences up: beyond so many, nothing new is told of these. */
const REMEMBERED_MAX = 64;

/** Lets each warning through at most once in a minute: nobody reads the same one more often. */
export class WarningGate {
  readonly #toldAtMs = new Map<string, number>();

  /** `name`: what makes two warnings the same one. */
  admits(name: string, nowMs: number): boolean {
    for (const [told, atMs] of this.#toldAtMs) if (nowMs - atMs >= REPEAT_AFTER_MS) this.#toldAtMs.delete(told);
    if (this.#toldAtMs.has(name) || this.#toldAtMs.size >= REMEMBERED_MAX) return false;
    this.#toldAtMs.set(name, nowMs);
    return true;
  }
}
