import { describe, expect, it } from 'vitest';
import { LineEstimate } from './line-estimate.ts';

const PART = { bytes: 125_000, tookMs: 100 };

describe('what a line carries', () => {
  it('is not known before anything came over it', () => {
    expect(new LineEstimate().bps).toBeUndefined();
  });

  it('is all bits of the last parts by all of their time, so that a slow one counts for as long as it took', () => {
    const line = new LineEstimate();
    for (const tookMs of [100, 100, 100, 1_700]) line.add({ ...PART, tookMs });
    expect(line.bps).toBe(2_000_000);
  });

  it('forgets what came six parts ago', () => {
    const line = new LineEstimate();
    line.add({ ...PART, tookMs: 60_000 });
    for (let count = 0; count < 6; count += 1) line.add(PART);
    expect(line.bps).toBe(10_000_000);
  });

  it('is only as high as a clock of milliseconds can tell', () => {
    const line = new LineEstimate();
    line.add({ ...PART, tookMs: 0 });
    expect(line.bps).toBe(500_000_000);
  });

  it('is what the last part says where it begins anew', () => {
    const line = new LineEstimate();
    for (const tookMs of [10, 10, 1_000]) line.add({ ...PART, tookMs });
    line.begunAnew();
    expect(line.bps).toBe(1_000_000);
  });
});
