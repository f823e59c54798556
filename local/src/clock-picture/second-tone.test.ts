import { describe, expect, it } from 'vitest';
import { TONE_SAMPLE_RATE_HZ, toneSamples } from './second-tone.ts';

const loudest = (samples: Float32Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

describe('the tone', () => {
  it('beeps at the full second and is quiet otherwise', () => {
    const tenthS = TONE_SAMPLE_RATE_HZ / 10;
    expect(loudest(toneSamples(1_790_000_003, tenthS))).toBeGreaterThan(0.1);
    expect(loudest(toneSamples(1_790_000_003.5, tenthS))).toBeLessThan(0.06);
  });

  it('is the same sound however it is cut', () => {
    const whole = toneSamples(1_790_000_003, 2_048);
    const halves = [toneSamples(1_790_000_003, 1_024), toneSamples(1_790_000_003 + 1_024 / TONE_SAMPLE_RATE_HZ, 1_024)];
    halves.forEach((half, index) => {
      half.forEach((sample, at) => {
        expect(sample).toBeCloseTo(whole[index * 1_024 + at] ?? 0, 3);
      });
    });
  });
});
