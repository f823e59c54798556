import { describe, expect, it } from 'vitest';
import { figuresPhaseMs, nextFiguresMs } from './figures-schedule.ts';

describe('a line of figures', () => {
  it('comes once in every minute of the clock, and never twice, though timers are late or early', () => {
    for (const share of [0, 0.5, 1]) {
      const schedule = { periodMs: 60_000, phaseMs: figuresPhaseMs(60_000, share) };
      const minutes: number[] = [];
      let nowMs = 123_456_789;
      for (let line = 0; line < 100; line += 1) {
        nowMs = nextFiguresMs(nowMs, schedule) + ((line * 37) % 900);
        minutes.push(Math.floor(nowMs / 60_000));
      }
      expect(minutes).toEqual(minutes.map((_, index) => (minutes[0] ?? 0) + index));
    }
  });

  it('is always due later than now', () => {
    expect(nextFiguresMs(70_000, { periodMs: 60_000, phaseMs: 10_000 })).toBe(130_000);
    expect(nextFiguresMs(69_999, { periodMs: 60_000, phaseMs: 10_000 })).toBe(70_000);
    expect(nextFiguresMs(5, { periodMs: 60_000, phaseMs: 10_000 })).toBe(10_000);
  });
});
