import { z } from 'zod';

/** Frames a second as a fraction, so that 29.97 is exact: 30000/1001. */
export const FrameRate = z.object({
  num: z.int().positive().max(120_000),
  den: z.int().positive().max(1_001),
});
export type FrameRate = z.infer<typeof FrameRate>;

export const LATENCY_PROFILE_NAMES = ['ultra', 'low', 'economy', 'standard'] as const;
export const LatencyProfileName = z.enum(LATENCY_PROFILE_NAMES).meta({
  id: 'LatencyProfile',
  description:
    'How far behind viewers are. `ultra`: about a second in our player. `low`: about two seconds anywhere. `economy`: half the requests of `low`. `standard`: plain HLS with the fewest requests.',
  examples: ['low'],
});
export type LatencyProfileName = z.infer<typeof LatencyProfileName>;

/** Samples in one AAC-LC frame (ISO/IEC 14496-3 §4.5.2.1.1). */
export const AAC_FRAME_SAMPLES = 1_024;
/** Every broadcast's audio is resampled to this rate: it is the one whose frames meet 25/30/50/60 fps. */
export const AUDIO_SAMPLE_RATE_HZ = 48_000;

interface ProfileShape {
  /** Nominal part length at 24/30/60 fps and at 25/50 fps, in seconds (docs/ARCHITECTURE.md, Latency profiles). */
  readonly partS: { readonly at30: number; readonly at25: number };
  readonly partsPerSegment: number;
  /** `false`: playlists list whole segments only. */
  readonly listsParts: boolean;
}

const SHAPES: Record<LatencyProfileName, ProfileShape> = {
  ultra: { partS: { at30: 4 / 15, at25: 0.32 }, partsPerSegment: 4, listsParts: true },
  low: { partS: { at30: 8 / 15, at25: 0.48 }, partsPerSegment: 4, listsParts: true },
  economy: { partS: { at30: 16 / 15, at25: 0.96 }, partsPerSegment: 2, listsParts: true },
  standard: { partS: { at30: 64 / 15, at25: 3.84 }, partsPerSegment: 1, listsParts: false },
};

/**
 * How a broadcast's time is cut. Segment `msn` (from 1) begins at frame `(msn - 1) * framesPerSegment`; part `i` of it
 * `i * framesPerPart` later. A segment is a whole number of video frames, and at 25/30/50/60 fps of AAC frames too.
 */
export interface MediaGrid {
  readonly profile: LatencyProfileName;
  readonly frameRate: FrameRate;
  readonly framesPerPart: number;
  readonly partsPerSegment: number;
  readonly framesPerSegment: number;
  readonly listsParts: boolean;
  /** Ticks a second of the video tracks; a frame is a whole number of them. */
  readonly videoTimescaleHz: number;
  readonly frameDurationTicks: number;
  /** EXT-X-TARGETDURATION. From the profile, never from the media seen (rfc8216bis §4.4.3.1: it must not change). */
  readonly targetDurationS: number;
}

/** The grid of a broadcast. Pure: the ingest node cuts by it, the edge declares it. */
export function mediaGrid(profile: LatencyProfileName, frameRate: FrameRate): MediaGrid {
  const shape = SHAPES[profile];
  const fps = frameRate.num / frameRate.den;
  const is25Family = Number.isInteger(fps) && fps % 25 === 0;
  const framesPerPart = Math.max(1, Math.round((is25Family ? shape.partS.at25 : shape.partS.at30) * fps));
  const framesPerSegment = framesPerPart * shape.partsPerSegment;
  // 30/1 becomes 30000 Hz with frames of 1000 ticks, 30000/1001 stays as it is.
  const scale = frameRate.num < 1_000 ? 1_000 : 1;
  return {
    profile,
    frameRate,
    framesPerPart,
    partsPerSegment: shape.partsPerSegment,
    framesPerSegment,
    listsParts: shape.listsParts,
    videoTimescaleHz: frameRate.num * scale,
    frameDurationTicks: frameRate.den * scale,
    targetDurationS: Math.max(1, Math.round(framesPerSegment / fps)),
  };
}

/**
 * Audio frames that lie before the video part number `partOrdinal` (counted from the broadcast's start, from 0).
 * Where a part falls between two AAC frames the earlier one is taken, so audio is never the one that is waited for.
 */
export function audioFramesBeforePart(grid: MediaGrid, partOrdinal: number): number {
  const videoFrames = partOrdinal * grid.framesPerPart;
  return Math.floor(
    (videoFrames * grid.frameRate.den * AUDIO_SAMPLE_RATE_HZ) / (grid.frameRate.num * AAC_FRAME_SAMPLES),
  );
}

/** The longest part of the video tracks, in ticks of `videoTimescaleHz`. */
export function videoPartTargetTicks(grid: MediaGrid): number {
  return grid.framesPerPart * grid.frameDurationTicks;
}

/** The longest part of the audio tracks, in samples (ticks of 48 kHz). */
export function audioPartTargetTicks(grid: MediaGrid): number {
  const framesPerPart =
    (grid.framesPerPart * grid.frameRate.den * AUDIO_SAMPLE_RATE_HZ) / (grid.frameRate.num * AAC_FRAME_SAMPLES);
  return Math.ceil(framesPerPart) * AAC_FRAME_SAMPLES;
}
