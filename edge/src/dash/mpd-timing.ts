import type { Rendition } from '@sluice/contracts';
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

/** In what unit a SegmentTemplate counts, and how long a segment is in it. */
export interface TemplateScale {
  readonly timescale: number;
  readonly duration: number;
}

/**
 * The rendition's own timescale, where a segment is a whole number of its ticks; else the video grid's, in which it
 * always is. So `$Number$` and @duration stay exact for sound whose frames do not divide a segment: it begins up to one
 * frame early, by its `tfdt`.
 */
export function templateScale({ timescaleHz }: Pick<Rendition, 'timescaleHz'>, timing: MpdTiming): TemplateScale {
  const ticks = (timing.segmentTicks * timescaleHz) / timing.gridHz;
  return Number.isInteger(ticks)
    ? { timescale: timescaleHz, duration: ticks }
    : { timescale: timing.gridHz, duration: timing.segmentTicks };
}
