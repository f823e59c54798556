import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BucketCounts, Histogram, LATENCY_BUCKETS, STARTUP_BUCKETS } from './histogram.ts';

/** The nearest rank of all values. */
function exactMs(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
}

describe('values that many have counted', () => {
  it.each([LATENCY_BUCKETS, STARTUP_BUCKETS])(
    'have percentiles within a bucket of those of all values, however they were split',
    (buckets) => {
      const values = fc.array(fc.double({ min: 0, max: buckets.valueMsMax, noNaN: true, maxExcluded: true }), {
        maxLength: 40,
      });
      fc.assert(
        fc.property(fc.array(values, { minLength: 1, maxLength: 8 }), (isolates) => {
          const all = isolates.flat();
          fc.pre(all.length > 0);
          const whole = new Histogram(buckets);
          for (const told of isolates) {
            const counted = new Histogram(buckets);
            for (const value of told) counted.add(value);
            whole.addCounts(BucketCounts.parse(JSON.parse(JSON.stringify(counted.counts()))));
          }
          const { p50 = Number.NaN, p95 = Number.NaN } = whole.percentiles() ?? {};
          expect(Math.abs(p50 - exactMs(all, 0.5))).toBeLessThanOrEqual(buckets.widthMs);
          expect(Math.abs(p95 - exactMs(all, 0.95))).toBeLessThanOrEqual(buckets.widthMs);
        }),
      );
    },
  );

  it('have no percentiles when there are none', () => {
    const histogram = new Histogram(LATENCY_BUCKETS);
    expect(histogram.percentiles()).toBeNull();
    histogram.add(100);
    histogram.clear();
    expect([histogram.percentiles(), histogram.counts()]).toEqual([null, {}]);
  });

  it('that are too large are in the last bucket, so there are never more than so many', () => {
    const histogram = new Histogram(LATENCY_BUCKETS);
    for (let value = 0; value < 200_000; value += 10) histogram.add(value);
    expect(Object.keys(histogram.counts()).length).toBe(3_000);
    histogram.clear();
    histogram.add(86_400_000);
    expect(histogram.percentiles()).toEqual({ p50: 59_990, p95: 59_990 });
    // Another version's buckets.
    histogram.addCounts({ '99999': 1 });
    expect(Object.keys(histogram.counts())).toEqual(['2999']);
  });
});
