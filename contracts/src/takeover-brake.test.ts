import { describe, expect, it } from 'vitest';
import { TakeoverBrake, takenOver, takeoverRestMs } from './takeover-brake.ts';

/** How long each further takeover has to wait, when each comes as soon as it may. */
function restsS(count: number): number[] {
  let brake: TakeoverBrake | undefined;
  let nowMs = 0;
  return Array.from({ length: count }, () => {
    brake = takenOver(brake, nowMs);
    const restMs = takeoverRestMs(brake, nowMs);
    nowMs += restMs;
    return restMs / 1_000;
  });
}

describe('the brake on takeovers', () => {
  it('lets the first one through at once', () => {
    expect(takeoverRestMs(undefined, 0)).toBe(0);
  });

  it('makes each wait twice as long as the one before, five minutes at most', () => {
    expect(restsS(8)).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('tells the time that is left, to the millisecond', () => {
    const brake = takenOver(undefined, 1_000);
    expect([1_000, 10_999, 11_000, 99_000].map((nowMs) => takeoverRestMs(brake, nowMs))).toEqual([10_000, 1, 0, 0]);
  });

  it('begins anew after ten minutes of calm', () => {
    const brake = takenOver(takenOver(undefined, 0), 10_000);
    expect(takenOver(brake, 609_999).restMs).toBe(40_000);
    expect(takenOver(brake, 610_000).restMs).toBe(10_000);
  });

  it('makes nobody wait for longer because a clock was set back', () => {
    expect(takeoverRestMs(takenOver(undefined, 3_600_000), 0)).toBe(10_000);
  });

  it('is what storage gives back', () => {
    const brake = takenOver(undefined, 1_000);
    expect(TakeoverBrake.parse(structuredClone(brake))).toEqual(brake);
  });
});
