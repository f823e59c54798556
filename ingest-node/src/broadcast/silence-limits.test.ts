import { describe, expect, it } from 'vitest';
import { silenceLimits } from './silence-limits.ts';

describe('how long a publisher may be silent', () => {
  it('is less than two seconds where it sends packets and another one could go on', () => {
    for (const profile of ['low', 'standard'] as const) {
      expect(silenceLimits(false, profile)).toEqual({ standbyMs: 1_500, handoverMs: 1_200, quietMs: 3_000 });
    }
  });

  it('is two segments longer where it sends renditions, perhaps a segment at a time', () => {
    // 52 frames of 23.976 a second; 102 of them, since a part of `standard` is a segment.
    expect(silenceLimits(true, 'low')).toEqual({ standbyMs: 5_838, handoverMs: 5_538, quietMs: 7_338 });
    expect(silenceLimits(true, 'standard').standbyMs).toBeGreaterThan(1_500 + 2 * 4_266);
  });
});
