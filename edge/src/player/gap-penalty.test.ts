import { describe, expect, it } from 'vitest';
import { GapPenalty } from './gap-penalty.ts';

describe('a rendition with a gap', () => {
  it('is left alone for a minute, however many gaps one loss has', () => {
    const penalty = new GapPenalty();
    expect([0, 500, 1_000, 9_000].map((nowMs) => penalty.afterGap(nowMs))).toEqual([60_000, 60_000, 60_000, 60_000]);
  });

  it('is left alone for longer each time, and no longer than five minutes', () => {
    const penalty = new GapPenalty();
    const timesMs = Array.from({ length: 6 }, (_, index) => index * 200_000);
    expect(timesMs.map((nowMs) => penalty.afterGap(nowMs) / 1_000)).toEqual([60, 120, 240, 300, 300, 300]);
  });

  it('is forgiven after five minutes without one', () => {
    const penalty = new GapPenalty();
    expect([0, 100_000, 400_000].map((nowMs) => penalty.afterGap(nowMs))).toEqual([60_000, 120_000, 60_000]);
  });
});
