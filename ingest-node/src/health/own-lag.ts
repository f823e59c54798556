const EVERY_MS = 20;

/** How long this process has been held up: by work of its own, or by others on the same CPU. */
export class OwnLag {
  readonly #timer = setInterval(() => this.#tick(), EVERY_MS);
  #tickedMs = performance.now();
  #longestMs = 0;

  constructor() {
    this.#timer.unref();
  }

  /** The longest time since the last call in which nothing was read, whatever had come. */
  takeMs(): number {
    this.#tick();
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    return longestMs;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#longestMs = Math.max(this.#longestMs, nowMs - this.#tickedMs - EVERY_MS);
    this.#tickedMs = nowMs;
  }
}
