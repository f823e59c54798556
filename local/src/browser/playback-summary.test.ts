import { describe, expect, it } from 'vitest';
import { spreadOf, summarisePlayback } from './playback-summary.ts';
import type { PlayerEvent, ShownFrame } from './probe-record.ts';

const FRAME_MS = 1_000 / 30;

/** A page that opened at 0 and shows frame after frame, two seconds late, from 1 s on. */
function playing(counts: readonly number[], events: readonly PlayerEvent[] = []) {
  const frames = counts.map(
    (frameCount, index): ShownFrame => ({
      shownAtMs: 1_000 + index * FRAME_MS,
      drawnAtMs: 1_000 + frameCount * FRAME_MS - 2_000,
      frameCount,
      mediaTimeS: index / 30,
      presentedFrames: index + 1,
      heightPx: 720,
    }),
  );
  return { openedAtMs: 0, frames, events, lostCount: 0 };
}

describe('the summary of what a viewer saw', () => {
  it('of a smooth stream has the latency and nothing else', () => {
    const summary = summarisePlayback(playing([0, 1, 2, 3, 4, 5]));
    expect(summary.latencyMs.p50).toBeCloseTo(2_000);
    expect(summary).toMatchObject({
      repeatedFrames: 0,
      skippedFrames: 0,
      backwardSteps: 0,
      stalls: 0,
      startUpMs: 1_000,
    });
  });

  it('counts repeats, skips and steps back', () => {
    expect(summarisePlayback(playing([0, 1, 1, 2, 6, 5]))).toMatchObject({
      repeatedFrames: 1,
      skippedFrames: 3,
      backwardSteps: 1,
    });
  });

  it('goes on where the counter goes round', () => {
    expect(summarisePlayback(playing([65_534, 65_535, 0, 1]))).toMatchObject({ skippedFrames: 0, backwardSteps: 0 });
  });

  it('does not count frames that the probe alone has missed', () => {
    const record = playing([0, 1, 4]);
    const frames = record.frames.map((frame, index) => (index === 2 ? { ...frame, presentedFrames: 5 } : frame));
    expect(summarisePlayback({ ...record, frames }).skippedFrames).toBe(0);
  });

  it('counts only stalls after the first picture', () => {
    const events = [500, 1_050].map((atMs): PlayerEvent => ({ name: 'waiting', atMs, mediaTimeS: 0 }));
    expect(summarisePlayback(playing([0, 1, 2], events)).stalls).toBe(1);
  });

  it('finds the longest freeze over repeats and unread pictures', () => {
    expect(summarisePlayback(playing([0, 1, 1, 1, 2])).longestFreezeMs).toBeCloseTo(3 * FRAME_MS);
  });
});

describe('percentiles', () => {
  it('are values that were measured', () => {
    expect(spreadOf([5, 1, 3, 2, 4])).toEqual({ count: 5, p50: 3, p95: 5, max: 5 });
  });

  it('of nothing are not numbers', () => {
    expect(spreadOf([]).p50).toBeNaN();
  });
});
