import { describe, expect, it } from 'vitest';
import { momentMs, readMoment } from './moment.ts';

/** Of the clock on the wall, wherever the tests run. */
const NOW = new Date(2026, 10, 1, 18, 20, 5).getTime();

function at(text: string): number | undefined {
  const moment = readMoment(text);
  return moment === undefined ? undefined : momentMs(moment, NOW);
}

describe('a time', () => {
  it.each([
    ['now', NOW],
    ['-30s', NOW - 30_000],
    ['-1m30s', NOW - 90_000],
    ['-30', NOW - 30_000],
    ['+7d', NOW + 7 * 86_400_000],
    ['2026-11-01T18:20:00Z', Date.UTC(2026, 10, 1, 18, 20)],
    ['2026-11-01T18:20:00.250+01:00', Date.UTC(2026, 10, 1, 17, 20, 0, 250)],
    ['2026-11-01 18:20', new Date(2026, 10, 1, 18, 20).getTime()],
    ['2026-11-01', new Date(2026, 10, 1).getTime()],
  ])('%s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it('of day is the last one that was', () => {
    expect(at('18:20')).toBe(new Date(2026, 10, 1, 18, 20).getTime());
    expect(at('18:20:05')).toBe(NOW);
    expect(at('18:20:06')).toBe(new Date(2026, 9, 31, 18, 20, 6).getTime());
    expect(at('9:05:01.5')).toBe(new Date(2026, 10, 1, 9, 5, 1, 500).getTime());
  });

  it.each(['', 'then', '24:00', '18:60', '18', '2026-13-01', '2026-02-31T25:00Z', '1793556000000', '-', '+x'])(
    'is not %j',
    (text) => {
      expect(at(text)).toBeUndefined();
    },
  );
});
