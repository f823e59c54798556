import { describe, expect, it } from 'vitest';
import { BitrateMeter } from './bitrate-meter.ts';

/** Segments of `ticks` at 1000 ticks a second and a target of 2 s. */
function meterOf(segments: readonly (readonly [ticks: number, bytes: number, isGap?: boolean])[]): BitrateMeter {
  const meter = new BitrateMeter({ timescaleHz: 1_000, targetDurationS: 2 });
  for (const [durationTicks, sizeBytes, isGap = false] of segments) meter.add({ durationTicks, sizeBytes }, isGap);
  return meter;
}

describe('BitrateMeter', () => {
  it('knows no average before the first segment, and believes what was declared', () => {
    const meter = meterOf([]);
    expect(meter.averageBps()).toBeUndefined();
    expect(meter.peakBps(900_000)).toBe(900_000);
  });

  it('believes what was declared until 30 s were measured, and the measure from then on', () => {
    const segment = [2_000, 25_000] as const;
    expect(meterOf(Array(14).fill(segment)).peakBps(900_000)).toBe(900_000);
    expect(meterOf(Array(15).fill(segment)).peakBps(900_000)).toBe(100_000);
  });

  it('never says less than was seen', () => {
    expect(meterOf([[2_000, 250_000]]).peakBps(900_000)).toBe(1_000_000);
  });

  it('takes the peak over any run of half to one and a half target durations (rfc8216bis §4.4.6.2)', () => {
    // 0.8 s is too short a run by itself; with its neighbour it is 1.6 s.
    const meter = meterOf([
      [800, 10_000],
      [800, 30_000],
      [2_000, 20_000],
    ]);
    expect(meter.measure.peakBps).toBe((40_000 * 8) / 1.6);
  });

  it('counts no run that is longer than one and a half target durations', () => {
    const meter = meterOf([
      [2_000, 100_000],
      [2_000, 0],
    ]);
    expect(meter.measure.peakBps).toBe(400_000);
    // 0.9 s of many bytes: under half a target duration; and together with 2.2 s too long.
    expect(
      meterOf([
        [900, 1_000_000],
        [2_200, 22_000],
      ]).measure.peakBps,
    ).toBe(80_000);
  });

  it('averages over everything', () => {
    expect(
      meterOf([
        [2_000, 25_000],
        [1_000, 50_000],
      ]).averageBps(),
    ).toBe((75_000 * 8) / 3);
  });

  it('leaves segments with gaps out, and makes no run across one', () => {
    const meter = meterOf([
      [800, 10_000],
      [2_000, 1, true],
      [800, 10_000],
    ]);
    expect(meter.averageBps()).toBe(100_000);
    expect(meter.measure.peakBps).toBe(0);
  });

  it('goes on from a measure', () => {
    const before = meterOf(Array(15).fill([2_000, 25_000]));
    const after = new BitrateMeter({ timescaleHz: 1_000, targetDurationS: 2, measured: before.measure });
    expect(after.peakBps(900_000)).toBe(100_000);
    expect(after.averageBps()).toBe(before.averageBps());
  });
});
