import { describe, expect, it } from 'vitest';
import type { TrackSample } from '../media/encoded-track.ts';
import { FRAME_RATES } from '../transcode/frame-rate.ts';
import { isAtRate, pictureRate } from './track-rate.ts';

/** So many pictures of a rate, on a clock that is rounded, from a moment of it on. */
function pictures(count: number, fps: number, { timescaleHz = 1_000, fromS = 0 } = {}): TrackSample[] {
  return Array.from({ length: count }, (_, index) => ({
    timeTicks: Math.round((fromS + index / fps) * timescaleHz),
    durationTicks: Math.round(timescaleHz / fps),
    isKeyframe: index === 0,
    payload: Uint8Array.of(1),
  }));
}

describe('the rate of pictures', () => {
  it.each(FRAME_RATES)('is $num/$den from the moment on at which milliseconds tell it from others', (rate) => {
    const fps = rate.num / rate.den;
    for (let phase = 0; phase < 20; phase += 1) {
      const found = new Set<unknown>();
      for (let count = 1; count < 5 * fps; count += 1) {
        found.add(pictureRate(pictures(count, fps, { fromS: phase * 0.000_13 }), 1_000));
      }
      expect([...found]).toEqual([undefined, rate]);
    }
  });

  it('is known at once where ticks are short, and in four seconds where they are long', () => {
    expect(pictureRate(pictures(24, 30, { timescaleHz: 90_000 }), 90_000)).toEqual({ num: 30, den: 1 });
    expect(pictureRate(pictures(110, 30, { timescaleHz: 30 }), 30)).toBeUndefined();
    expect(pictureRate(pictures(121, 30, { timescaleHz: 30 }), 30)).toEqual({ num: 30, den: 1 });
  });

  it('may be one that is known, on two dozen of them', () => {
    const milliseconds = pictures(24, 30_000 / 1_001);
    expect(isAtRate(milliseconds, 1_000, { num: 30_000, den: 1_001 })).toBe(true);
    expect(isAtRate(milliseconds, 1_000, { num: 30, den: 1 })).toBe(true);
    expect(isAtRate(milliseconds, 1_000, { num: 25, den: 1 })).toBe(false);
    expect(isAtRate(milliseconds.slice(1), 1_000, { num: 30, den: 1 })).toBeUndefined();
  });
});
