import fc from 'fast-check';
import type { Random } from '../random.ts';

/** Starting fast-check costs more than a value of it, so values are made so many at a time. */
const BATCH = 64;

/** One value of an arbitrary after the other. */
export class Batch<T> {
  readonly #arbitrary: fc.Arbitrary<T>;
  #values: T[] = [];

  constructor(arbitrary: fc.Arbitrary<T>) {
    this.#arbitrary = arbitrary;
  }

  next(random: Random): T {
    for (;;) {
      const value = this.#values.pop();
      if (value !== undefined) return value;
      this.#values = fc.sample(this.#arbitrary, { seed: random.u32() | 0, numRuns: BATCH });
    }
  }
}
