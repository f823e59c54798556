import { describe, expect, it } from 'vitest';
import { type CacheClass, cacheControl } from './cache-control.ts';

describe('the table of Cache-Control values', () => {
  it.each<[CacheClass, string]>([
    [{ kind: 'media' }, 'public, max-age=31536000, immutable'],
    [{ kind: 'multivariant' }, 'public, max-age=2, stale-if-error=0'],
    [{ kind: 'plain-playlist' }, 'public, max-age=1, stale-if-error=0'],
    [{ kind: 'blocked-playlist', targetDurationS: 1 }, 'public, max-age=6, stale-if-error=0'],
    [{ kind: 'blocked-playlist', targetDurationS: 4 }, 'public, max-age=24, stale-if-error=0'],
    [{ kind: 'ended-playlist', targetDurationS: 2 }, 'public, max-age=12, stale-if-error=0'],
    [{ kind: 'never' }, 'no-store'],
  ])('%o (rule A7.57)', (answer, value) => {
    expect(cacheControl(answer)).toBe(value);
  });
});
