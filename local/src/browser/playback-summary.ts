import { FRAME_COUNT_MODULUS } from '../clock-picture/clock-code.ts';
import type { ProbeRecord, ShownFrame } from './probe-record.ts';

/** Percentiles of something measured, in its own unit. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** What a viewer went through, read off the pictures. */
export interface PlaybackSummary {
  readonly latencyMs: Spread;
  readonly shownFrames: number;
  /** Pictures in which no clock could be read. */
  readonly unreadFrames: number;
  /** The same source frame again: the source was late, or the frame clock filled a hole. */
  readonly repeatedFrames: number;
  /** Source frames that were jumped over in the media, not counting those the probe was too late to see. */
  readonly skippedFrames: number;
  readonly backwardSteps: number;
  /** The longest time between two different pictures. */
  readonly longestFreezeMs: number;
  /** `waiting` of the video element, after the first picture. */
  readonly stalls: number;
  /** From the opening of the page to its first picture; absent before. */
  readonly startUpMs?: number;
}

/** The percentiles of some values; NaN where there is none. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? Number.NaN };
}

/** Sums up what the probe has recorded. Pure. */
export function summarisePlayback({ frames, events, openedAtMs }: ProbeRecord): PlaybackSummary {
  const first = frames[0];
  const steps = stepsBetween(frames);
  const latenciesMs = frames.flatMap(({ shownAtMs, drawnAtMs }) =>
    drawnAtMs === undefined ? [] : [shownAtMs - drawnAtMs],
  );
  return {
    latencyMs: spreadOf(latenciesMs),
    shownFrames: frames.length,
    unreadFrames: frames.length - latenciesMs.length,
    repeatedFrames: steps.filter(({ advance }) => advance === 0).length,
    skippedFrames: steps.reduce((sum, { advance, presented }) => sum + Math.max(0, advance - presented), 0),
    backwardSteps: steps.filter(({ advance }) => advance < 0).length,
    longestFreezeMs: longestFreezeMs(frames),
    stalls: events.filter(({ name, atMs }) => name === 'waiting' && first !== undefined && atMs > first.shownAtMs)
      .length,
    ...(first !== undefined && { startUpMs: first.shownAtMs - openedAtMs }),
  };
}

/** From one read clock to the next: by how many source frames it went on, and how many pictures the browser showed. */
function stepsBetween(frames: readonly ShownFrame[]): { readonly advance: number; readonly presented: number }[] {
  const steps: { advance: number; presented: number }[] = [];
  let before: ShownFrame | undefined;
  for (const frame of frames) {
    if (frame.frameCount === undefined) continue;
    if (before?.frameCount !== undefined) {
      steps.push({
        advance: advanceOf(before.frameCount, frame.frameCount),
        presented: frame.presentedFrames - before.presentedFrames,
      });
    }
    before = frame;
  }
  return steps;
}

/** The shorter way round the counter's circle. */
function advanceOf(from: number, to: number): number {
  const forward = (to - from + FRAME_COUNT_MODULUS) % FRAME_COUNT_MODULUS;
  return forward < FRAME_COUNT_MODULUS / 2 ? forward : forward - FRAME_COUNT_MODULUS;
}

function longestFreezeMs(frames: readonly ShownFrame[]): number {
  let longest = 0;
  let changed: ShownFrame | undefined;
  for (const frame of frames) {
    if (changed !== undefined && frame.drawnAtMs === changed.drawnAtMs) continue;
    if (changed !== undefined) longest = Math.max(longest, frame.shownAtMs - changed.shownAtMs);
    changed = frame;
  }
  return longest;
}
