import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationOfMs, durationOfTicks, frameRateText } from './mpd-values.ts';

describe('values in an MPD', () => {
  it.each([
    [0, 30_000, 'PT0S'],
    [64_000, 30_000, 'PT2.133333333S'],
    [128_000, 30_000, 'PT4.266666666S'],
    [96_000, 48_000, 'PT2S'],
    [65_065, 30_000, 'PT2.168833333S'],
  ])('are durations without an end: %i ticks of %i Hz', (ticks, timescaleHz, text) => {
    expect(durationOfTicks(ticks, timescaleHz)).toBe(text);
  });

  it('are never longer than the time that they stand for, nor shorter by a nanosecond', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.integer({ min: 1, max: 120_000 }), (ticks, timescaleHz) => {
        const [, whole = '', fraction = ''] =
          /^PT([0-9]+)(?:\.([0-9]+))?S$/.exec(durationOfTicks(ticks, timescaleHz)) ?? [];
        const nanoseconds = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
        const exact = (BigInt(ticks) * 1_000_000_000n) / BigInt(timescaleHz);
        expect(nanoseconds).toBe(exact);
      }),
    );
  });

  it('are milliseconds and frame rates', () => {
    expect([durationOfMs(1_604), durationOfMs(300_000)]).toEqual(['PT1.604S', 'PT300S']);
    expect([frameRateText({ num: 30, den: 1 }), frameRateText({ num: 30_000, den: 1_001 })]).toEqual([
      '30',
      '30000/1001',
    ]);
  });
});
