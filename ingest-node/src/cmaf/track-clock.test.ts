import { describe, expect, it } from 'vitest';
import { divided, TrackClock } from './track-clock.ts';

describe('the clock of a track', () => {
  it.each([
    [90_000, 90_000],
    [1_000_000, 1_000_000],
    [9_999_999, 1_000_000],
    [10_000_000, 1_000_000],
  ])('of %i Hz is told in %i Hz', (ownHz, toldHz) => {
    const clock = new TrackClock(ownHz);
    expect(clock.timescaleHz).toBe(toldHz);
    const hourS = 3_600;
    expect(clock.ticksOf(BigInt(ownHz * hourS))).toBe(toldHz * hourS);
  });

  it('loses no time from one moment to the next', () => {
    const clock = new TrackClock(10_000_000);
    const starts = Array.from({ length: 31 }, (_, index) => 17_979_000_000_000_000n + BigInt(index) * 333_333n);
    const durations = starts.slice(1).map((end, index) => clock.ticksBetween(starts[index] ?? 0n, end));
    const total = clock.ticksOf(starts.at(-1) ?? 0n) - clock.ticksOf(starts[0] ?? 0n);
    expect(durations.reduce((sum, each) => sum + each, 0)).toBe(total);
    expect(clock.ticksBetween(10n, 11n)).toBe(1);
  });
});

it.each([
  [4n, 10n, 0n],
  [5n, 10n, 1n],
  [-4n, 10n, 0n],
  [-16n, 10n, -2n],
])('%i by %i is %i', (dividend, divisor, quotient) => {
  expect(divided(dividend, divisor)).toBe(quotient);
});
