import { describe, expect, it } from 'vitest';
import { formatBitrate, formatNumbered, formatShortCount } from './numbers.ts';
import { formatAgo, formatDuration, formatMoment } from './times.ts';

const NOON = Date.UTC(2026, 10, 26, 12);
const MINUTE_MS = 60_000;

describe('what people read', () => {
  it.each([
    [0, '0 kbit/s'],
    [850_400, '850 kbit/s'],
    [999_499, '999 kbit/s'],
    [999_999, '1.0 Mbit/s'],
    [6_249_000, '6.2 Mbit/s'],
    [6_000_000, '6.0 Mbit/s'],
    [123_456_789, '123 Mbit/s'],
  ])('%d bit/s is %s', (bitrateBps, text) => expect(formatBitrate(bitrateBps)).toBe(text));

  it('counts', () => {
    expect([formatNumbered(1, 'viewer'), formatNumbered(0, 'viewer')]).toEqual(['1 viewer', '0 viewers']);
    expect([formatShortCount(999), formatShortCount(12_345)]).toEqual(['999', '12.3K']);
  });

  it.each([
    [-5, '0:00'],
    [59_999, '0:59'],
    [727_000, '12:07'],
    [3_753_000, '1:02:33'],
    [360_000_000, '100:00:00'],
  ])('%d ms is %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

  it.each([
    [10_000, 'just now'],
    [50_000, '1 minute ago'],
    [59 * MINUTE_MS, '59 minutes ago'],
    [3 * 60 * MINUTE_MS, '3 hours ago'],
    [24 * 60 * MINUTE_MS, 'yesterday'],
    [4 * 24 * 60 * MINUTE_MS, '4 days ago'],
    [26 * 24 * 60 * MINUTE_MS, '31 Oct 2026'],
  ])('%d ms before now is %s', (agoMs, text) => expect(formatAgo(NOON - agoMs, NOON)).toBe(text));

  it('tells a moment in the zone of the machine, or of another one', () => {
    expect(formatMoment(NOON, 'UTC')).toBe('26 Nov 2026, 12:00');
  });
});
