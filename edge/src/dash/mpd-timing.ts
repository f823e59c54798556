import type { PlaylistTiming } from '../window/playlist-timing.ts';

/**
 * Behind the live edge, Shaka adds the latency that is asked for to @suggestedPresentationDelay, less this much, by
 * which it lets latency differ before it changes its rate (docs/adr/0024-ll-dash.md).
 */
const LATENCY_TOLERANCE_MS = 500;

/** The durations that a broadcast's MPD declares. None changes while it lives. */
export interface MpdTiming {
  /** Ticks a second of `segmentTicks` and `partTicks`: those of the video grid. */
  readonly gridHz: number;
  readonly segmentTicks: number;
  readonly partTicks: number;
  /** `undefined`: a segment can be asked for when it is whole. */
  readonly availabilityTimeOffsetMs: number | undefined;
  /** From capture to screen; `undefined`: nobody is asked to be so near. */
  readonly targetLatencyMs: number | undefined;
  /** A client that is further behind had better begin anew at the live edge than catch up. */
  readonly latencyMsMax: number;
  readonly presentationDelayMs: number;
}

/** Pure, out of what playlists declare. */
export function mpdTiming({ grid, listsParts, partHoldBackMs, holdBackS }: PlaylistTiming): MpdTiming {
  const gridHz = grid.videoTimescaleHz;
  const segmentTicks = grid.framesPerSegment * grid.frameDurationTicks;
  const partTicks = grid.framesPerPart * grid.frameDurationTicks;
  const common = { gridHz, segmentTicks, partTicks, latencyMsMax: holdBackS * 1_000 };
  if (!listsParts) {
    const presentationDelayMs = holdBackS * 1_000;
    return { ...common, availabilityTimeOffsetMs: undefined, targetLatencyMs: undefined, presentationDelayMs };
  }
  return {
    ...common,
    // What is still missing of it then is its own delay, for which the edge holds the request.
    availabilityTimeOffsetMs: Math.floor(((segmentTicks - partTicks) * 1_000) / gridHz),
    targetLatencyMs: partHoldBackMs,
    presentationDelayMs: LATENCY_TOLERANCE_MS,
  };
}

/**
 * Ticks a second of SegmentTemplates. A power of two, so that whatever a client reckons with segments in binary fractions
 * of a second is exact: where one ends is where the next one begins, to the last bit. Shaka 5.2 looks for that end, and a
 * bit beside it finds no segment, for ever (docs/adr/0024-ll-dash.md). A segment of up to 8 s is under 2^31 of them.
 */
const TEMPLATE_HZ = 2 ** 28;

/** In what unit a SegmentTemplate counts, and how long a segment is in it. */
export interface TemplateScale {
  readonly timescale: number;
  readonly duration: number;
}

/**
 * The same for sound and picture, whatever their own timescales are. Up to 4 ns too short: 5 ms in a month of segments, of
 * which each has its own time in its `tfdt`. Not too long: dash.js rounds where a Period ends to 10 µs, and a Period that
 * begins a nanosecond after that is not found.
 */
export function templateScale({ segmentTicks, gridHz }: Pick<MpdTiming, 'segmentTicks' | 'gridHz'>): TemplateScale {
  return { timescale: TEMPLATE_HZ, duration: Math.floor((segmentTicks * TEMPLATE_HZ) / gridHz) };
}

/** Where a segment begins by a SegmentTemplate, in seconds: exact. */
export function templateStartS(msn: number, timing: Pick<MpdTiming, 'segmentTicks' | 'gridHz'>): number {
  const { timescale, duration } = templateScale(timing);
  return ((msn - 1) * duration) / timescale;
}

/** Media time in ticks of SegmentTemplates, by whose segments it is counted: at a segment's end it is its end there. */
export function templateTicks(ticks: number, timescaleHz: number, timing: MpdTiming): number {
  const segments = (ticks * timing.gridHz) / (timescaleHz * timing.segmentTicks);
  return Math.floor(segments * templateScale(timing).duration);
}
