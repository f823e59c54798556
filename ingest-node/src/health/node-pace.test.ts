import { describe, expect, it } from 'vitest';
import { NodePace } from './node-pace.ts';

/** Of one encoder: so many seconds of media, in so many of work. */
const work = (...pairs: readonly (readonly [encodedS: number, busyS: number])[]) =>
  pairs.map(([encodedS, busyS]) => ({ encodedMs: encodedS * 1_000, busyMs: busyS * 1_000 }));

describe('how a node keeps up', () => {
  it('is nothing while it has done nothing', () => {
    const pace = new NodePace();
    pace.encoded({ encoders: [], encodeLagMs: 0 });
    expect(pace.take()).toEqual({});
  });

  it('is as fast as its slowest encoder, since the last time', () => {
    const pace = new NodePace();
    pace.encoded({ encoders: work([10, 5], [10, 2]), encodeLagMs: 30 });
    expect(pace.take()).toEqual({ encodeSpeed: 2, encodeLagMs: 30 });
    pace.encoded({ encoders: work([20, 7], [20, 12]), encodeLagMs: 90 });
    pace.encoded({ encoders: work([20, 7], [20, 12]), encodeLagMs: 20 });
    expect(pace.take()).toEqual({ encodeSpeed: 1, encodeLagMs: 90 });
  });

  it('shows an encoder that does not come to its end', () => {
    const pace = new NodePace();
    pace.encoded({ encoders: work([7, 10]), encodeLagMs: 3_000 });
    expect(pace.take()).toMatchObject({ encodeSpeed: 0.7 });
    pace.encoded({ encoders: work([7, 20]), encodeLagMs: 13_000 });
    expect(pace.take()).toEqual({ encodeSpeed: 0, encodeLagMs: 13_000 });
  });

  it('leaves out what rests', () => {
    const pace = new NodePace();
    pace.encoded({ encoders: work([10, 8], [10, 2]), encodeLagMs: 0 });
    pace.take();
    pace.encoded({ encoders: work([10, 8], [20, 4]), encodeLagMs: 0 });
    expect(pace.take()).toMatchObject({ encodeSpeed: 5 });
    pace.encoded({ encoders: work([10, 8], [20, 4]), encodeLagMs: 0 });
    expect(pace.take()).toEqual({ encodeLagMs: 0 });
  });

  it('counts from the beginning in another child', () => {
    const pace = new NodePace();
    pace.encoded({ encoders: work([100, 50]), encodeLagMs: 0 });
    pace.take();
    pace.transcoderGone();
    expect(pace.take()).toEqual({});
    pace.encoded({ encoders: work([6, 2]), encodeLagMs: 0 });
    expect(pace.take()).toMatchObject({ encodeSpeed: 3 });
  });

  it('is how long storage and the edge take, and stays within what an event takes', () => {
    const pace = new NodePace();
    for (let lagMs = 1; lagMs <= 100; lagMs += 1) pace.uploaded(lagMs);
    pace.announced(1e9);
    const { uploadLagMsP50 = 0, uploadLagMsP95 = 0, announceLagMsP95 } = pace.take();
    expect(Math.abs(uploadLagMsP50 - 50)).toBeLessThanOrEqual(5);
    expect(Math.abs(uploadLagMsP95 - 95)).toBeLessThanOrEqual(9);
    expect(announceLagMsP95).toBeLessThanOrEqual(600_000);
    expect(pace.take()).toEqual({});
  });
});
