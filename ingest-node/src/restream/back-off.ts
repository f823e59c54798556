const FIRST_MS = 1_000;
/** A target that is down for hours is tried once a minute, and is back within one. */
const LONGEST_MS = 60_000;

/**
 * How long to wait before a target is tried again: a second, doubled each time, up to a minute. Each is between a half
 * and the whole of it, so that channels whose target broke do not all come back at once.
 */
export class BackOff {
  readonly #random: () => number;
  #failures = 0;

  /** @param random from 0 to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  nextMs(): number {
    const wholeMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    if (wholeMs < LONGEST_MS) this.#failures += 1;
    return wholeMs * (0.5 + this.#random() / 2);
  }

  /** It went well for a while. */
  reset(): void {
    this.#failures = 0;
  }
}
