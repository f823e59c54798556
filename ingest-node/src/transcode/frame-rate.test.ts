import { describe, expect, it } from 'vitest';
import { carryingFrameRate, FRAMES_MEASURED_MAX, FrameRateProbe } from './frame-rate.ts';

/** Presentation times as RTMP has them: whole milliseconds. */
function rtmpTimesUs(fps: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.round((index * 1_000) / fps) * 1_000);
}

function probe(timesUs: readonly number[], statedFps?: number): FrameRateProbe {
  const made = new FrameRateProbe();
  made.state(statedFps);
  for (const timeUs of timesUs) made.frame(timeUs);
  return made;
}

describe('the frame rate of a source', () => {
  it.each([
    [23.976, { num: 24_000, den: 1_001 }],
    [24, { num: 24, den: 1 }],
    [25, { num: 25, den: 1 }],
    [29.97, { num: 30_000, den: 1_001 }],
    [30, { num: 30, den: 1 }],
    [48, { num: 48, den: 1 }],
    [50, { num: 50, den: 1 }],
    [59.94, { num: 60_000, den: 1_001 }],
    [60, { num: 60, den: 1 }],
  ])('is believed when it says %d and three frames agree', (fps, frameRate) => {
    expect(probe(rtmpTimesUs(fps, 2), fps).found()).toBeUndefined();
    expect(probe(rtmpTimesUs(fps, 3), fps).found()).toEqual({ frameRate, isVariable: false, isReduced: false });
  });

  it.each([24, 25, 30, 48, 50, 60])('is measured on ten frames when it says nothing: %d', (fps) => {
    expect(probe(rtmpTimesUs(fps, FRAMES_MEASURED_MAX - 1)).found()).toBeUndefined();
    expect(probe(rtmpTimesUs(fps, FRAMES_MEASURED_MAX)).found()?.frameRate).toEqual({ num: fps, den: 1 });
  });

  it('is measured when what it says is not true', () => {
    expect(probe(rtmpTimesUs(60, 9), 30).found()).toBeUndefined();
    expect(probe(rtmpTimesUs(60, 10), 30).found()?.frameRate).toEqual({ num: 60, den: 1 });
  });

  it('does not read absurd statements', () => {
    for (const stated of [0, -30, Number.NaN, Number.POSITIVE_INFINITY, 1e9, undefined]) {
      expect(probe(rtmpTimesUs(25, 10), stated).found()?.frameRate).toEqual({ num: 25, den: 1 });
    }
  });

  it.each([
    [120, 60],
    [119.88, 60],
    [144, 48],
    [90, 48],
    [61, 60],
    [20, 24],
    [15, 30],
    [12.5, 25],
    [12, 24],
    [10, 30],
    [5, 25],
    [40, 48],
  ])('%d frames a second are carried by %d', (fps, carrying) => {
    expect(carryingFrameRate(fps, 'measured')).toEqual({ num: carrying, den: 1 });
  });

  it('says when frames are left out', () => {
    expect(probe(rtmpTimesUs(120, 10), 120).found()).toMatchObject({ isReduced: true });
    expect(probe(rtmpTimesUs(60, 10), 60).found()).toMatchObject({ isReduced: false });
  });

  it('keeps the stated rate of a source whose frames come unevenly but not closer than stated', () => {
    const timesUs = [0, 33, 100, 133, 166, 266, 300, 333, 366, 433].map((ms) => ms * 1_000);
    expect(probe(timesUs, 30).found()).toEqual({ frameRate: { num: 30, den: 1 }, isVariable: true, isReduced: false });
  });

  it('keeps it for a live source whose stamps jitter, and not for one that is faster than it says', () => {
    const jittering = [0, 20, 66, 87, 133, 170, 191, 233, 254, 300].map((ms) => ms * 1_000);
    expect(probe(jittering, 30).found()).toMatchObject({ frameRate: { num: 30, den: 1 } });
    const faster = [0, 10, 33, 43, 66, 76, 100, 110, 133, 143].map((ms) => ms * 1_000);
    expect(probe(faster, 30).found()?.frameRate.num).toBe(60);
  });

  it('takes a rate that loses nothing for uneven frames that say nothing', () => {
    const timesUs = [0, 16, 100, 117, 166, 266, 283, 333, 366, 433].map((ms) => ms * 1_000);
    expect(probe(timesUs).found()).toMatchObject({ frameRate: { num: 60, den: 1 }, isVariable: true });
  });

  it('has an answer at any time', () => {
    expect(probe([]).best().frameRate).toEqual({ num: 30, den: 1 });
    expect(probe([0], 25).best()).toEqual({ frameRate: { num: 25, den: 1 }, isVariable: false, isReduced: false });
    expect(probe([0, 0, 0, 0]).best().frameRate.num).toBeGreaterThan(0);
  });
});
