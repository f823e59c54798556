import { describe, expect, it } from 'vitest';
import { formatSize, formatWatched } from '../format/sizes.ts';
import { expiryOf, retentionSentence } from './retention.ts';

const NOW_MS = 1_000_000_000;
const DAY_MS = 86_400_000;

describe('a recording', () => {
  it('is kept for ever, or for some days', () => {
    expect([expiryOf('forever', NOW_MS), expiryOf('30', NOW_MS)]).toEqual([null, NOW_MS + 30 * DAY_MS]);
    expect(retentionSentence(null, NOW_MS)).toBe('Kept');
    expect(retentionSentence(NOW_MS + 1.5 * DAY_MS, NOW_MS)).toBe('Kept for 2 more days');
    expect(retentionSentence(NOW_MS + DAY_MS / 2, NOW_MS)).toBe('Kept for one more day');
    expect(retentionSentence(NOW_MS - 1, NOW_MS)).toBe('About to be removed');
  });

  it.each([
    [999, '999 bytes'],
    [34_500_000, '34.5 MB'],
    [999_900_000, '1 GB'],
    [4_250_000_000, '4.3 GB'],
  ])('of %i bytes is of %s', (sizeBytes, words) => {
    expect(formatSize(sizeBytes)).toBe(words);
  });

  it.each([
    [0, '0 minutes'],
    [60_000, '1 minute'],
    [3_600_000, '1 hour'],
    [270_000_000, '75 hours'],
  ])('that was watched for %i ms was so for %s', (viewerMs, words) => {
    expect(formatWatched(viewerMs)).toBe(words);
  });
});
