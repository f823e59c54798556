import { type BroadcastDescription, type MediaGrid, mediaGrid, type Rendition } from '@sluice/contracts';
import { playlistTicks, type WindowSegment } from './window-segment.ts';

/** Held longer than this many target durations, a request is answered 503 (rfc8216bis §6.2.5.2). */
const HOLD_TARGET_DURATIONS_MAX = 3;
/** rfc8216bis §4.4.3.8: HOLD-BACK must be at least three target durations. */
const HOLD_BACK_TARGET_DURATIONS = 3;
/** rfc8216bis §4.4.3.8: CAN-SKIP-UNTIL must be at least six target durations. */
const SKIP_TARGET_DURATIONS = 6;
/** rfc8216bis §4.4.3.8: PART-HOLD-BACK should be at least three part targets. */
const PART_HOLD_BACK_PART_TARGETS = 3;

/** The durations that a broadcast's playlists declare. None changes while it lives (rfc8216bis §6.2.1). */
export interface PlaylistTiming {
  readonly grid: MediaGrid;
  readonly targetDurationS: number;
  /** `false`: playlists list whole segments only. */
  readonly listsParts: boolean;
  /** Of the longest PART-TARGET of all renditions, so that EXT-X-SERVER-CONTROL is the same in all of them. */
  readonly partHoldBackMs: number;
  readonly holdBackS: number;
  /** The Skip Boundary of delta updates, from the end of the playlist (rfc8216bis §4.4.3.8). */
  readonly skipUntilS: number;
  /** How much media every rendition must have before the broadcast is offered to viewers. */
  readonly startMs: number;
  /** The longest that a request is held. */
  readonly holdMsMax: number;
}

export function playlistTiming(description: BroadcastDescription): PlaylistTiming {
  const grid = mediaGrid(description.profile, description.frameRate);
  const { targetDurationS, listsParts } = grid;
  const partHoldBackMs = partTargetsMs(description.renditions.map(partTargetUs));
  // By the media as it is, and not as it is printed: a part of it more would be waited for.
  const startMs = partTargetsMs(description.renditions.map((each) => cutUs(each.partTargetTicks, each.timescaleHz)));
  const holdBackS = HOLD_BACK_TARGET_DURATIONS * targetDurationS;
  return {
    grid,
    targetDurationS,
    listsParts,
    partHoldBackMs,
    holdBackS,
    skipUntilS: skipUntilS(grid),
    startMs: listsParts ? startMs : holdBackS * 1_000,
    holdMsMax: HOLD_TARGET_DURATIONS_MAX * targetDurationS * 1_000,
  };
}

/** Of any broadcast on that grid. */
export function skipUntilS({ targetDurationS }: MediaGrid): number {
  return SKIP_TARGET_DURATIONS * targetDurationS;
}

function partTargetsMs(targetsUs: readonly number[]): number {
  return Math.ceil((PART_HOLD_BACK_PART_TARGETS * Math.max(...targetsUs)) / 1_000);
}

/** A rendition's PART-TARGET as playlists print it. */
export function partTargetUs(rendition: Pick<Rendition, 'partTargetTicks' | 'timescaleHz'>): number {
  return durationUs(rendition.partTargetTicks, rendition.timescaleHz);
}

/**
 * A part's duration as playlists print it: whole microseconds, up to one too long. Shaka places a part by what is
 * printed before it, and where that falls behind the media by as little as rounding does, it resets its source buffer
 * at each part; the browser then drops all that is not a keyframe (docs/adr/0016-the-form-of-a-seam.md). The order of
 * durations stays, so no part is printed longer than its PART-TARGET, which players reject without any slack
 * (rfc8216bis §4.4.4.9).
 */
export function durationUs(ticks: number, timescaleHz: number): number {
  return cutUs(ticks, timescaleHz) + 1;
}

/**
 * EXT-X-PROGRAM-DATE-TIME of a segment, in ms since 1970. From the media's own time and one epoch, never from a clock
 * (HLS-RULES.md A1.17): it cannot change later.
 */
export function startDateMs(
  { startedAtMs }: Pick<BroadcastDescription, 'startedAtMs'>,
  { timescaleHz }: Pick<Rendition, 'timescaleHz'>,
  segment: Pick<WindowSegment, 'startTicks' | 'cutTicks'>,
): number {
  return startedAtMs + Math.round((playlistTicks(segment) * 1_000) / timescaleHz);
}

/** A duration in whole microseconds, the rest cut off. */
export function cutUs(ticks: number, timescaleHz: number): number {
  return Math.floor((ticks * 1_000_000) / timescaleHz);
}
