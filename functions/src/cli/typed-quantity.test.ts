import { describe, expect, it } from 'vitest';
import { bitrateBps, durationMs } from './typed-quantity.ts';

describe('a length of time', () => {
  it.each([
    ['90s', 90_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['5min', 300_000],
    ['1h30m', 5_400_000],
    ['2h 10m', 7_800_000],
    ['7d', 604_800_000],
    ['300', 300_000],
  ])('%s', (text, ms) => {
    expect(durationMs(text, 's')).toBe(ms);
  });

  it('counts a number by itself in the unit of the option', () => {
    expect(durationMs('30', 'd')).toBe(30 * 86_400_000);
  });

  it.each(['', 's', '5x', '-5s', '30m1h', '5 apples', '1e3', 'Infinity'])('is not %j', (text) => {
    expect(durationMs(text, 's')).toBeUndefined();
  });
});

describe('a bitrate', () => {
  it.each([
    ['6M', 6_000_000],
    ['2.5M', 2_500_000],
    ['2800k', 2_800_000],
    ['800000', 800_000],
  ])('%s', (text, bps) => {
    expect(bitrateBps(text)).toBe(bps);
  });

  it.each(['', 'M', '6m', '6 Mbit', '-1M', '6MM'])('is not %j', (text) => {
    expect(bitrateBps(text)).toBeUndefined();
  });
});
