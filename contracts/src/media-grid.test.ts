import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AAC_FRAME_SAMPLES,
  AUDIO_SAMPLE_RATE_HZ,
  audioFramesBeforePart,
  audioPartTargetTicks,
  type FrameRate,
  FrameRate as FrameRateSchema,
  LATENCY_PROFILE_NAMES,
  type LatencyProfileName,
  type MediaGrid,
  mediaGrid,
  videoPartTargetTicks,
} from './media-grid.ts';

const RATES: Record<string, FrameRate> = {
  '23.976': { num: 24_000, den: 1_001 },
  '24': { num: 24, den: 1 },
  '25': { num: 25, den: 1 },
  '29.97': { num: 30_000, den: 1_001 },
  '30': { num: 30, den: 1 },
  '50': { num: 50, den: 1 },
  '59.94': { num: 60_000, den: 1_001 },
  '60': { num: 60, den: 1 },
};

const every = LATENCY_PROFILE_NAMES.flatMap((profile) =>
  Object.entries(RATES).map(([fps, frameRate]) => ({ profile, fps, frameRate })),
);

/** More than an hour of the shortest parts: longer than any pattern of alternating audio parts. */
const PARTS_LOOKED_AT = 20_000;

/** Samples of audio in the part of this number, counted from the broadcast's start. */
function audioPartSamples(grid: MediaGrid, partOrdinal: number): number {
  return (audioFramesBeforePart(grid, partOrdinal + 1) - audioFramesBeforePart(grid, partOrdinal)) * AAC_FRAME_SAMPLES;
}

function seconds(grid: MediaGrid, frames: number): number {
  return (frames * grid.frameRate.den) / grid.frameRate.num;
}

describe.each(every)('$profile at $fps fps', ({ profile, frameRate }) => {
  const grid = mediaGrid(profile, frameRate);
  const partLengths = new Set<number>();
  for (let ordinal = 0; ordinal < PARTS_LOOKED_AT; ordinal += 1) partLengths.add(audioPartSamples(grid, ordinal));

  it('cuts parts and segments at whole frames, and frames at whole ticks', () => {
    expect(Number.isInteger(grid.framesPerPart)).toBe(true);
    expect(grid.framesPerSegment).toBe(grid.framesPerPart * grid.partsPerSegment);
    expect(Number.isInteger(grid.frameDurationTicks)).toBe(true);
    // A second is exactly num/den frames on the video tracks' clock.
    expect(grid.videoTimescaleHz * grid.frameRate.den).toBe(grid.frameDurationTicks * grid.frameRate.num);
  });

  it('has video parts as long as PART-TARGET, to the tick', () => {
    expect(videoPartTargetTicks(grid)).toBe(grid.framesPerPart * grid.frameDurationTicks);
  });

  // rfc8216bis §4.4.4.9: no part is longer than PART-TARGET, and but for the last of a segment none is shorter than 85 % of it.
  it('has audio parts within 85 % and the whole of PART-TARGET', () => {
    const targetSamples = audioPartTargetTicks(grid);
    expect(Math.max(...partLengths)).toBeLessThanOrEqual(targetSamples);
    expect(Math.min(...partLengths)).toBeGreaterThanOrEqual(0.85 * targetSamples);
  });

  it('has no two audio parts that differ by more than one AAC frame', () => {
    expect(Math.max(...partLengths) - Math.min(...partLengths)).toBeLessThanOrEqual(AAC_FRAME_SAMPLES);
  });

  it('never has audio wait for video, and audio lags by less than one AAC frame', () => {
    for (let ordinal = 0; ordinal < PARTS_LOOKED_AT; ordinal += 97) {
      const videoS = seconds(grid, ordinal * grid.framesPerPart);
      const audioS = (audioFramesBeforePart(grid, ordinal) * AAC_FRAME_SAMPLES) / AUDIO_SAMPLE_RATE_HZ;
      expect(audioS).toBeLessThan(videoS + 1e-9);
      expect(audioS).toBeGreaterThan(videoS - AAC_FRAME_SAMPLES / AUDIO_SAMPLE_RATE_HZ - 1e-9);
    }
  });

  // rfc8216bis §4.4.3.1: EXTINF, rounded, is at most TARGETDURATION.
  it('has a TARGETDURATION that no segment, video or audio, exceeds', () => {
    expect(Math.round(seconds(grid, grid.framesPerSegment))).toBeLessThanOrEqual(grid.targetDurationS);
    const segmentSamples = new Set<number>();
    for (let segment = 0; segment < PARTS_LOOKED_AT / 4; segment += 1) {
      const first = audioFramesBeforePart(grid, segment * grid.partsPerSegment);
      const next = audioFramesBeforePart(grid, (segment + 1) * grid.partsPerSegment);
      segmentSamples.add((next - first) * AAC_FRAME_SAMPLES);
    }
    expect(Math.round(Math.max(...segmentSamples) / AUDIO_SAMPLE_RATE_HZ)).toBeLessThanOrEqual(grid.targetDurationS);
  });
});

describe('the profiles', () => {
  it.each<[LatencyProfileName, number, number, number, number]>([
    ['ultra', 0.2667, 1.0667, 0.32, 1.28],
    ['low', 0.5333, 2.1333, 0.48, 1.92],
    ['economy', 1.0667, 2.1333, 0.96, 1.92],
    ['standard', 4.2667, 4.2667, 3.84, 3.84],
  ])(
    '%s: parts of %f s and segments of %f s at 30 and 60 fps, %f and %f at 25 and 50',
    (profile, part30, segment30, part25, segment25) => {
      for (const [fps, partS, segmentS] of [
        ['30', part30, segment30],
        ['60', part30, segment30],
        ['25', part25, segment25],
        ['50', part25, segment25],
      ] as const) {
        const grid = mediaGrid(profile, RATES[fps] ?? { num: 1, den: 1 });
        expect(seconds(grid, grid.framesPerPart)).toBeCloseTo(partS, 4);
        expect(seconds(grid, grid.framesPerSegment)).toBeCloseTo(segmentS, 4);
      }
    },
  );

  it.each(['25', '30', '50', '60'])('begin every segment with an AAC frame at %s fps', (fps) => {
    for (const profile of LATENCY_PROFILE_NAMES) {
      const grid = mediaGrid(profile, RATES[fps] ?? { num: 1, den: 1 });
      for (let segment = 0; segment < 500; segment += 1) {
        const audioSamples = audioFramesBeforePart(grid, segment * grid.partsPerSegment) * AAC_FRAME_SAMPLES;
        const videoFrames = segment * grid.framesPerSegment;
        expect(audioSamples * grid.frameRate.num).toBe(videoFrames * grid.frameRate.den * AUDIO_SAMPLE_RATE_HZ);
      }
    }
  });

  it('list parts, but for standard', () => {
    const listing = LATENCY_PROFILE_NAMES.filter((profile) => mediaGrid(profile, { num: 30, den: 1 }).listsParts);
    expect(listing).toEqual(['ultra', 'low', 'economy']);
  });

  it('have whole frames and at least one of them in a part at any rate', () => {
    const rate = fc.record({ num: fc.integer({ min: 1, max: 120_000 }), den: fc.constantFrom(1, 1_001) });
    fc.assert(
      fc.property(fc.constantFrom(...LATENCY_PROFILE_NAMES), rate, (profile, frameRate) => {
        const grid = mediaGrid(profile, FrameRateSchema.parse(frameRate));
        expect(grid.framesPerPart).toBeGreaterThanOrEqual(1);
        expect(Number.isInteger(grid.framesPerPart)).toBe(true);
        expect(grid.targetDurationS).toBeGreaterThanOrEqual(1);
        expect(grid.videoTimescaleHz * frameRate.den).toBe(grid.frameDurationTicks * frameRate.num);
      }),
    );
  });
});
