import { expect, it } from 'vitest';
import {
  agoText,
  bitrateText,
  dollarsText,
  durationText,
  groupedText,
  hoursText,
  minuteText,
  sizeText,
  timeText,
} from './quantities.ts';

it.each([
  [0, '0 s'],
  [-5, '0 s'],
  [59_499, '59 s'],
  [59_500, '1 min'],
  [185_000, '3 min 5 s'],
  [3_599_999, '1 h'],
  [7_800_000, '2 h 10 min'],
  [86_400_000 - 31_000, '23 h 59 min'],
  [86_400_000 - 30_000, '1 d'],
  [90 * 86_400_000 - 12_000, '90 d'],
  [7_200_000, '2 h'],
  [86_400_000 * 12 + 3 * 3_600_000, '12 d 3 h'],
])('a length of %i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it('says sizes, bitrates and prices as people do', () => {
  expect([sizeText(999), sizeText(1_500), sizeText(4_250_000_000), sizeText(123_456_789)]).toEqual([
    '999 B',
    '1.5 kB',
    '4.3 GB',
    '123 MB',
  ]);
  expect([bitrateText(128_000), bitrateText(6_240_000), bitrateText(50_000_000)]).toEqual([
    '128 kbit/s',
    '6.2 Mbit/s',
    '50 Mbit/s',
  ]);
  expect([dollarsText(0), dollarsText(0.004), dollarsText(1_234.5)]).toEqual(['$0.00', '< $0.01', '$1,234.50']);
  expect([groupedText(9_000), groupedText(51.25, 1)]).toEqual(['9,000', '51.3']);
});

it('says times by the clock on the wall', () => {
  expect(timeText(new Date(2026, 10, 1, 8, 5, 9).getTime())).toBe('2026-11-01 08:05:09');
  expect(minuteText(new Date(2026, 10, 1, 8, 5, 9).getTime())).toBe('2026-11-01 08:05');
  expect([hoursText(0), hoursText(1_800_000), hoursText(1_204 * 3_600_000)]).toEqual(['0 h', '0.5 h', '1,204 h']);
  expect([agoText(0, 90_000), agoText(90_000, 0)]).toEqual(['1 min 30 s ago', 'in 1 min 30 s']);
});
