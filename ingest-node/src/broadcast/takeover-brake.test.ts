import { describe, expect, it } from 'vitest';
import { TakeoverBrake } from './takeover-brake.ts';

function take(...timesS: number[]): boolean[] {
  const brake = new TakeoverBrake();
  return timesS.map((atS) => brake.take(atS * 1_000));
}

describe('takeovers of a channel', () => {
  it('are free at first, and then rarer and rarer', () => {
    expect(take(0, 9.9, 10, 29.9, 30, 69.9, 70)).toEqual([true, false, true, false, true, false, true]);
  });

  it('are never more than five minutes apart', () => {
    const brake = new TakeoverBrake();
    let nowMs = 0;
    for (let times = 0; times < 20; times += 1) {
      brake.take(nowMs);
      nowMs += 300_000;
      expect(brake.take(nowMs)).toBe(true);
    }
  });

  it('are free again after ten minutes of calm', () => {
    expect(take(0, 10, 610, 619.9, 620)).toEqual([true, true, true, false, true]);
  });
});
