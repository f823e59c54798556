/** A source of numbers that gives the same ones for the same seed (xorshift32, Marsaglia 2003). */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Zero is the one state that it never leaves.
    this.#state = seed >>> 0 || 0x9e37_79b9;
  }

  /** One whose numbers follow from the bytes, so that an input is always treated alike. */
  static ofBytes(bytes: Uint8Array): Random {
    // FNV-1a, 32 bits.
    let hash = 0x811c_9dc5;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
    return new Random(hash);
  }

  u32(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state;
  }

  /** A whole number from 0, below `end`. */
  below(end: number): number {
    return this.u32() % Math.max(1, end);
  }

  /** `true` once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  bytes(sizeBytes: number): Uint8Array {
    return Uint8Array.from({ length: sizeBytes }, () => this.u32() >>> 11);
  }
}
