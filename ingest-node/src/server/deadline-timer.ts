/**
 * Calls at a deadline that moves. A deadline that moves away, as it does with each media message, costs no new timer:
 * the old one fires, finds that it is early, and sleeps on.
 */
export class DeadlineTimer {
  readonly #clockMs: () => number;
  readonly #onDeadline: () => void;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #firesAtMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(clockMs: () => number, onDeadline: () => void) {
    this.#clockMs = clockMs;
    this.#onDeadline = onDeadline;
  }

  /** Infinite for never. */
  set(deadlineMs: number): void {
    this.#deadlineMs = deadlineMs;
    if (deadlineMs === Number.POSITIVE_INFINITY) this.clear();
    else if (deadlineMs < this.#firesAtMs) this.#sleep();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAtMs = Number.POSITIVE_INFINITY;
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    this.#firesAtMs = this.#deadlineMs;
    // Node fires up to a millisecond early.
    const delayMs = Math.max(0, Math.ceil(this.#deadlineMs - this.#clockMs()) + 1);
    this.#timer = setTimeout(() => this.#wake(), delayMs);
  }

  #wake(): void {
    this.#timer = undefined;
    this.#firesAtMs = Number.POSITIVE_INFINITY;
    if (this.#clockMs() >= this.#deadlineMs) this.#onDeadline();
    else this.#sleep();
  }
}
