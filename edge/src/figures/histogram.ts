import type { Percentiles } from '@sluice/contracts';
import { z } from 'zod';

/** How many values fell into each bucket, by its index; empty ones are not there. Those of several add up. */
export const BucketCounts = z.record(z.string().regex(/^(0|[1-9][0-9]{0,4})$/), z.int().positive());
export type BucketCounts = z.infer<typeof BucketCounts>;

export interface Buckets {
  readonly widthMs: number;
  /** What is longer falls into the last bucket. It bounds how many there can be. */
  readonly valueMsMax: number;
}

/** Far finer than what a viewer notices, and what clocks agree on. */
export const LATENCY_BUCKETS: Buckets = { widthMs: 20, valueMsMax: 60_000 };
export const STARTUP_BUCKETS: Buckets = { widthMs: 50, valueMsMax: 60_000 };

/** Values as counts in buckets of equal width: what was counted in many places adds up to what one would have counted. */
export class Histogram {
  readonly #buckets: Buckets;
  readonly #counts = new Map<number, number>();
  #total = 0;

  constructor(buckets: Buckets) {
    this.#buckets = buckets;
  }

  /** One more value, not below 0. */
  add(valueMs: number): void {
    this.#count(Math.floor(valueMs / this.#buckets.widthMs), 1);
  }

  /** What another one of the same buckets has counted. */
  addCounts(counts: BucketCounts): void {
    for (const [index, count] of Object.entries(counts)) this.#count(Number(index), count);
  }

  counts(): BucketCounts {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#counts.clear();
    this.#total = 0;
  }

  /** `null`: nothing was counted. */
  percentiles(): Percentiles | null {
    return this.#total === 0 ? null : { p50: this.#percentileMs(0.5), p95: this.#percentileMs(0.95) };
  }

  /** The middle of the bucket in which the value lies that so large a share of all are at or below (nearest rank). */
  #percentileMs(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let passed = 0;
    for (const index of [...this.#counts.keys()].sort((a, b) => a - b)) {
      passed += this.#counts.get(index) ?? 0;
      if (passed >= rank) return (index + 0.5) * this.#buckets.widthMs;
    }
    return this.#buckets.valueMsMax;
  }

  #count(index: number, count: number): void {
    const last = Math.ceil(this.#buckets.valueMsMax / this.#buckets.widthMs) - 1;
    const bucket = Math.min(index, last);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }
}
