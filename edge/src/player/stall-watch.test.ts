import { describe, expect, it } from 'vitest';
import { StallWatch } from './stall-watch.ts';

describe('StallWatch', () => {
  it('says nothing while the playhead moves', () => {
    const watch = new StallWatch();
    for (let nowMs = 0; nowMs < 2_000; nowMs += 100) {
      expect(watch.step({ nowMs, positionS: nowMs / 1000, shouldMove: true, hasMedia: true })).toBeUndefined();
    }
    expect(watch.stallCount).toBe(0);
  });

  it('tells a stall once, and its end once', () => {
    const watch = new StallWatch();
    watch.step({ nowMs: 0, positionS: 1, shouldMove: true, hasMedia: true });
    expect(watch.step({ nowMs: 240, positionS: 1, shouldMove: true, hasMedia: true })).toBeUndefined();
    expect(watch.step({ nowMs: 250, positionS: 1, shouldMove: true, hasMedia: true })).toBe('stalled');
    expect(watch.step({ nowMs: 600, positionS: 1, shouldMove: true, hasMedia: true })).toBeUndefined();
    expect(watch.step({ nowMs: 700, positionS: 1.1, shouldMove: true, hasMedia: true })).toBe('moving');
    expect([watch.stallCount, watch.stalledMs]).toEqual([1, 700]);
  });

  it('does not count a pause or a seek', () => {
    const watch = new StallWatch();
    for (let nowMs = 0; nowMs <= 5_000; nowMs += 100)
      watch.step({ nowMs, positionS: 1, shouldMove: false, hasMedia: true });
    expect(watch.step({ nowMs: 5_100, positionS: 1, shouldMove: true, hasMedia: true })).toBeUndefined();
    expect(watch.stallCount).toBe(0);
  });

  it('says every eight seconds that it is stuck', () => {
    const watch = new StallWatch();
    const told: number[] = [];
    for (let nowMs = 0; nowMs <= 17_000; nowMs += 100) {
      if (watch.step({ nowMs, positionS: 1, shouldMove: true, hasMedia: true }) === 'stuck') told.push(nowMs);
    }
    expect(told).toEqual([8_000, 16_000]);
  });

  it('is not stuck while there is nothing newer to show, and has its eight seconds once there is', () => {
    const watch = new StallWatch();
    const told: number[] = [];
    for (let nowMs = 0; nowMs <= 50_000; nowMs += 100) {
      const motion = { nowMs, positionS: 1, shouldMove: true, hasMedia: nowMs > 30_000 };
      if (watch.step(motion) === 'stuck') told.push(nowMs);
    }
    expect(told).toEqual([38_000, 46_000]);
    expect(watch.stallCount).toBe(1);
  });
});
