import { describe, expect, it } from 'vitest';
import { TRACE_HEIGHT, TRACE_WIDTH, Trace, traceScaleMs } from './trace.ts';

describe('Trace', () => {
  it('draws the newest value at the right edge', () => {
    const trace = new Trace();
    trace.add(500);
    trace.add(1_000);
    const last = trace.points(1_000).split(' ').at(-1);
    expect(last).toBe(`${TRACE_WIDTH.toFixed(1)},0.0`);
  });

  it('keeps a minute and no more, and skips what is not a number', () => {
    const trace = new Trace();
    for (let count = 0; count < 500; count += 1) trace.add(count);
    trace.add(undefined);
    trace.add(Number.NaN);
    expect(trace.points(500).split(' ')).toHaveLength(120);
    expect(trace.points(500).startsWith('0.0,')).toBe(true);
  });

  it('never leaves the drawing', () => {
    const trace = new Trace();
    trace.add(-50);
    trace.add(9_999);
    const heights = trace
      .points(1_000)
      .split(' ')
      .map((point) => Number(point.split(',')[1]));
    expect(heights).toEqual([TRACE_HEIGHT, 0]);
  });

  it('chooses a round scale with room above', () => {
    expect([0, 940, 960, 1_800, 4_000, 400_000].map(traceScaleMs)).toEqual([
      1_000, 1_000, 2_000, 2_000, 5_000, 300_000,
    ]);
  });
});
