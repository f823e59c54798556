import type { FrameRate, LatencyProfileName } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestBroadcast } from '../testing/test-broadcast.ts';
import { durationUs, playlistTiming } from './playlist-timing.ts';

const AT_30: FrameRate = { num: 30, den: 1 };
const AT_25: FrameRate = { num: 25, den: 1 };

describe('the durations that playlists declare', () => {
  it.each<[LatencyProfileName, FrameRate, object]>([
    ['ultra', AT_30, { targetDurationS: 1, partHoldBackMs: 833, holdBackS: 3, holdMsMax: 3_000, startMs: 832 }],
    ['ultra', AT_25, { targetDurationS: 1, partHoldBackMs: 961, holdBackS: 3, holdMsMax: 3_000, startMs: 960 }],
    ['low', AT_30, { targetDurationS: 2, partHoldBackMs: 1_601, holdBackS: 6, holdMsMax: 6_000, startMs: 1_600 }],
    ['low', AT_25, { targetDurationS: 2, partHoldBackMs: 1_473, holdBackS: 6, holdMsMax: 6_000, startMs: 1_472 }],
    ['economy', AT_30, { targetDurationS: 2, partHoldBackMs: 3_201, holdBackS: 6, holdMsMax: 6_000, startMs: 3_200 }],
    ['standard', AT_30, { targetDurationS: 4, listsParts: false, holdBackS: 12, holdMsMax: 12_000, startMs: 12_000 }],
  ])('of profile %s at %o', (profile, frameRate, expected) => {
    expect(playlistTiming(new TestBroadcast({ profile, frameRate }).description)).toMatchObject(expected);
  });

  it('are never printed longer than the part target that they keep to (rule A1.6)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.nat(200_000),
        fc.integer({ min: 1, max: 96_000 }),
        (ticks, more, hz) => {
          expect(durationUs(ticks, hz)).toBeLessThanOrEqual(durationUs(ticks + more, hz));
        },
      ),
    );
  });
});
