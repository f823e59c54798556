import { AUDIO_SAMPLE_RATE_HZ, type MediaGrid } from '@sluice/contracts';
import { framesPerSecond } from './frame-rate.ts';
import type { Rung } from './ladder.ts';

export type Preset = (typeof PRESETS)[number]['name'];

/**
 * x264's presets with what they cost, in CPU-nanoseconds a pixel: measured on moving noise with zerolatency and one
 * thread on a 2020s x86 server core, and half as much again for pictures that are harder still. In what decoders are
 * told at the start they are all alike (PARAMETER_SETS).
 */
export const PRESETS = [
  { name: 'faster', costNs: 14 },
  { name: 'veryfast', costNs: 8.5 },
  { name: 'superfast', costNs: 5.5 },
  { name: 'ultrafast', costNs: 4 },
] as const;
/**
 * Everything in which presets differ that x264 writes into SPS or PPS (ITU-T H.264 §7.3.2.1.1, §7.3.2.2): a broadcast
 * goes on without a seam under whatever preset the next machine can afford. The values are those of veryfast and
 * superfast, so only the others pay for it (docs/adr/0018).
 */
const PARAMETER_SETS = {
  // max_num_ref_frames, max_dec_frame_buffering and num_ref_idx_l0_default_active; the level depends on it, too.
  ref: 1,
  // weighted_pred_flag. 2 would be in the PPS as 1 is, but is for slower presets.
  weightp: 1,
  // entropy_coding_mode_flag; with the next one also profile_idc and its constraints.
  cabac: 1,
  // transform_8x8_mode_flag.
  '8x8dct': 1,
  // chroma_qp_index_offset, as long as no preset does so much (subme 6, trellis for psy) that x264 adds to it.
  'chroma-qp-offset': 0,
} as const;
/** Decoding the source and scaling it down, for each pixel of the source. */
const DECODE_AND_SCALE_COST_NS = 8;
/** What may be planned: the rest is for peaks, for the packager, and for the other broadcasts' peaks. */
const CPU_SHARE_MAX = 0.6;
/** One encoder thread must keep up with a frame in this part of its duration, or it gets another. */
const THREAD_SHARE_MAX = 0.5;
const THREADS_MAX = 8;

/** The slowest preset, so the best picture, that the whole ladder can afford on so many CPUs. */
export function affordablePreset(rungs: readonly Rung[], grid: MediaGrid, cpuCount: number): Preset {
  const fps = framesPerSecond(grid.frameRate);
  const pixels = rungs.reduce((sum, rung) => sum + rung.widthPx * rung.heightPx, 0);
  const sourcePixels = (rungs[0]?.widthPx ?? 0) * (rungs[0]?.heightPx ?? 0);
  const cpuOf = (costNs: number) => (pixels * costNs + sourcePixels * DECODE_AND_SCALE_COST_NS) * fps * 1e-9;
  // A part of a quarter second has no time to let one frame take long: ultra takes the cheaper side.
  const share = grid.profile === 'ultra' ? CPU_SHARE_MAX * 0.8 : CPU_SHARE_MAX;
  const affordable = PRESETS.find((preset) => cpuOf(preset.costNs) <= cpuCount * share);
  return affordable?.name ?? 'ultrafast';
}

/** What bounds a rendition's bits. */
interface BitrateLimits {
  readonly peakBitrateBps: number;
  readonly bufferBits: number;
}

const PEAK_TO_MEAN = 1.1;

/** Half a segment, so that one is never more than its peak rate and a half; not so little that keyframes starve. */
function bufferS(grid: MediaGrid): number {
  return Math.min(1.5, Math.max(0.5, framesPerSegmentS(grid) / 2));
}

/** Everything an H.264 encoder is told, as libavcodec and libx264 name it. */
export interface VideoEncoderOptions extends BitrateLimits {
  readonly bitrateBps: number;
  /** Frames from one keyframe to the next. */
  readonly keyframeEvery: number;
  readonly threadCount: number;
  readonly codecOptions: Readonly<Record<string, string>>;
}

/** The encoder's options for one rung. */
export function videoEncoderOptions(rung: Rung, grid: MediaGrid, preset: Preset): VideoEncoderOptions {
  const peakBitrateBps = Math.round(rung.bitrateBps * PEAK_TO_MEAN);
  const bufferBits = Math.round(peakBitrateBps * bufferS(grid));
  const x264 = {
    // Length-prefixed NAL units, as MP4 has them.
    annexb: 0,
    keyint: grid.framesPerSegment,
    'min-keyint': grid.framesPerSegment,
    // An IDR anywhere but at a segment's start would be lost on players and cost bits.
    scenecut: 0,
    'open-gop': 0,
    bframes: 0,
    ...PARAMETER_SETS,
  };
  return {
    bitrateBps: rung.bitrateBps,
    peakBitrateBps,
    bufferBits,
    keyframeEvery: grid.framesPerSegment,
    threadCount: threadCount(rung, grid, preset),
    codecOptions: {
      preset,
      // No look-ahead and no frame threads: a frame that goes in comes out. More threads cut a frame into slices.
      tune: 'zerolatency',
      'forced-idr': '1',
      a53cc: '0',
      'x264-params': Object.entries(x264)
        .map(([name, value]) => `${name}=${value}`)
        .join(':'),
    },
  };
}

/** What no segment exceeds, in bits a second: the leaky bucket's rate for its time, and once the bucket. */
export function segmentPeakBps({ peakBitrateBps, bufferBits }: BitrateLimits, grid: MediaGrid): number {
  return Math.ceil(peakBitrateBps + bufferBits / framesPerSegmentS(grid));
}

/** The mean that leads to this segmentPeakBps: a broadcast that goes on is known by its peak. */
export function meanBitrateBps(peakOfSegmentBps: number, grid: MediaGrid): number {
  return Math.round(peakOfSegmentBps / (PEAK_TO_MEAN * (1 + bufferS(grid) / framesPerSegmentS(grid))));
}

function threadCount(rung: Rung, grid: MediaGrid, preset: Preset): number {
  const costNs = PRESETS.find(({ name }) => name === preset)?.costNs ?? 0;
  const share = rung.widthPx * rung.heightPx * costNs * framesPerSecond(grid.frameRate) * 1e-9;
  return Math.min(THREADS_MAX, Math.max(1, Math.ceil(share / THREAD_SHARE_MAX)));
}

function framesPerSegmentS(grid: MediaGrid): number {
  return grid.framesPerSegment / framesPerSecond(grid.frameRate);
}

/** AAC of constant rate: what no second exceeds, with what the encoder's bit reservoir may add. */
export function audioPeakBps(bitrateBps: number): number {
  // ISO/IEC 14496-3 §4.5.1.1: the reservoir holds at most 6144 bits a channel.
  return bitrateBps + 2 * 6_144 + Math.ceil((AUDIO_SAMPLE_RATE_HZ / 1_024) * 8);
}
