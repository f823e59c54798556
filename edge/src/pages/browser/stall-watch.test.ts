import { describe, expect, it } from 'vitest';
import { StallWatch } from './stall-watch.ts';

describe('StallWatch', () => {
  it('says nothing while the playhead moves', () => {
    const watch = new StallWatch();
    for (let nowMs = 0; nowMs < 2_000; nowMs += 100) {
      expect(watch.step({ nowMs, positionS: nowMs / 1000, shouldMove: true })).toBeUndefined();
    }
    expect(watch.stallCount).toBe(0);
  });

  it('tells a stall once, and its end once', () => {
    const watch = new StallWatch();
    watch.step({ nowMs: 0, positionS: 1, shouldMove: true });
    expect(watch.step({ nowMs: 240, positionS: 1, shouldMove: true })).toBeUndefined();
    expect(watch.step({ nowMs: 250, positionS: 1, shouldMove: true })).toBe('stalled');
    expect(watch.step({ nowMs: 600, positionS: 1, shouldMove: true })).toBeUndefined();
    expect(watch.step({ nowMs: 700, positionS: 1.1, shouldMove: true })).toBe('moving');
    expect([watch.stallCount, watch.stalledMs]).toEqual([1, 700]);
  });

  it('does not count a pause or a seek', () => {
    const watch = new StallWatch();
    for (let nowMs = 0; nowMs <= 5_000; nowMs += 100) watch.step({ nowMs, positionS: 1, shouldMove: false });
    expect(watch.step({ nowMs: 5_100, positionS: 1, shouldMove: true })).toBeUndefined();
    expect(watch.stallCount).toBe(0);
  });

  it('says every eight seconds that it is stuck', () => {
    const watch = new StallWatch();
    const told: number[] = [];
    for (let nowMs = 0; nowMs <= 17_000; nowMs += 100) {
      if (watch.step({ nowMs, positionS: 1, shouldMove: true }) === 'stuck') told.push(nowMs);
    }
    expect(told).toEqual([8_000, 16_000]);
  });
});
