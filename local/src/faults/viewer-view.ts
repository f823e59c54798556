import { spreadOf } from '../browser/playback-summary.ts';
import type { ProbeRecord, ShownFrame } from '../browser/probe-record.ts';

/** When a fault was there, in wall time. */
export interface FaultSpan {
  readonly fromMs: number;
  readonly overMs: number;
}

/** What one viewer saw of a fault. */
export interface ViewerView {
  /** The longest time in which the page showed no new picture, though it may have been the same one again. */
  readonly stoodMs: number;
  /** How often it stood for at least STALL_MS. */
  readonly stallCount: number;
  /** The longest time in which the clock did not go on: a repeated picture and the slate count, and standing still. */
  readonly clockStoodMs: number;
  /** How long a picture without a clock was shown. */
  readonly slateMs: number;
  /** From the fault's end to the first picture that was drawn after it; absent: it was not seen. */
  readonly backAfterMs?: number;
  readonly latencyBeforeMs: number;
  readonly latencyAfterMs: number;
  /** The picture's height, each time that it changed: the first one, then with the time from the fault's begin. */
  readonly heights: readonly HeightStep[];
}

export interface HeightStep {
  readonly atMs: number;
  readonly heightPx: number;
}

/** As the watch page counts its own stalls. */
export const STALL_MS = 250;
/** A picture within so long is one that moves. */
const PLAYING_MS = 2_000;
/** Latency is the median over so long, before the fault and at the record's end. */
const LATENCY_WINDOW_MS = 5_000;

/** A picture that was drawn after the fault's end is seen. */
export function isBack({ frames }: Pick<ProbeRecord, 'frames'>, overMs: number): boolean {
  return frames.some((frame) => isDrawnAfter(frame, overMs));
}

/** It shows the clock, whatever the time on it. */
export function isPlaying({ frames }: Pick<ProbeRecord, 'frames'>, nowMs: number): boolean {
  return frames.some(({ drawnAtMs, shownAtMs }) => drawnAtMs !== undefined && shownAtMs > nowMs - PLAYING_MS);
}

/** Sums up what the probe recorded from before the fault until `untilMs`. Pure. */
export function viewerView(
  { frames }: Pick<ProbeRecord, 'frames'>,
  { fromMs, overMs }: FaultSpan,
  untilMs: number,
): ViewerView {
  const seen = frames.filter(({ shownAtMs }) => shownAtMs < untilMs);
  const standing = gapsMs(
    seen.map(({ shownAtMs }) => shownAtMs),
    fromMs,
    untilMs,
  );
  const clocks = seen.filter(({ drawnAtMs }) => drawnAtMs !== undefined);
  const clockSteps = clocks.filter(({ drawnAtMs }, index) => drawnAtMs !== clocks[index - 1]?.drawnAtMs);
  const back = seen.find((frame) => isDrawnAfter(frame, overMs));
  const ownEndMs = seen.at(-1)?.shownAtMs ?? untilMs;
  return {
    stoodMs: Math.max(0, ...standing),
    stallCount: standing.filter((gapMs) => gapMs >= STALL_MS).length,
    clockStoodMs: Math.max(
      0,
      ...gapsMs(
        clockSteps.map(({ shownAtMs }) => shownAtMs),
        fromMs,
        untilMs,
      ),
    ),
    slateMs: slateMs(seen, fromMs),
    ...(back && { backAfterMs: back.shownAtMs - overMs }),
    latencyBeforeMs: latencyMs(seen, fromMs - LATENCY_WINDOW_MS, fromMs),
    latencyAfterMs: latencyMs(seen, ownEndMs - LATENCY_WINDOW_MS, untilMs),
    heights: seen
      .filter(({ heightPx }, index) => heightPx !== seen[index - 1]?.heightPx)
      .map(({ heightPx, shownAtMs }) => ({ heightPx, atMs: shownAtMs - fromMs })),
  };
}

function isDrawnAfter({ drawnAtMs }: ShownFrame, overMs: number): boolean {
  return drawnAtMs !== undefined && drawnAtMs > overMs;
}

/** Times between neighbours that end after `fromMs`, and from the last one to the end. */
function gapsMs(timesMs: readonly number[], fromMs: number, untilMs: number): number[] {
  const bounded = [...timesMs, untilMs];
  return bounded.flatMap((timeMs, index) => {
    const beforeMs = bounded[index - 1];
    return beforeMs === undefined || timeMs < fromMs ? [] : [timeMs - beforeMs];
  });
}

/** Each picture without a clock lasts until the next one, but a page that stands still shows no slate. */
function slateMs(frames: readonly ShownFrame[], fromMs: number): number {
  let sumMs = 0;
  for (const [index, { shownAtMs, drawnAtMs }] of frames.entries()) {
    const next = frames[index + 1];
    if (drawnAtMs !== undefined || shownAtMs < fromMs || next === undefined) continue;
    sumMs += Math.min(STALL_MS, next.shownAtMs - shownAtMs);
  }
  return sumMs;
}

function latencyMs(frames: readonly ShownFrame[], fromMs: number, untilMs: number): number {
  const latencies = frames.flatMap(({ shownAtMs, drawnAtMs }) =>
    drawnAtMs === undefined || shownAtMs < fromMs || shownAtMs >= untilMs ? [] : [shownAtMs - drawnAtMs],
  );
  return spreadOf(latencies).p50;
}
