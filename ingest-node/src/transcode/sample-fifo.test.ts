import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleFifo, type SampleFrame } from './sample-fifo.ts';

const FRAME = 1_024;

function drain(fifo: SampleFifo): SampleFrame[] {
  const frames: SampleFrame[] = [];
  for (let frame = fifo.next(); frame !== undefined; frame = fifo.next()) frames.push(frame);
  return frames;
}

const left = (frames: readonly SampleFrame[]) => frames.flatMap((frame) => [...frame.left]);
const right = (frames: readonly SampleFrame[]) => frames.flatMap((frame) => [...frame.right]);
const ramp = (from: number, count: number) =>
  Float32Array.from({ length: count }, (_, index) => (from + index) / 65_536);
const level = (value: number, count: number) => new Float32Array(count).fill(value);

describe('the sample fifo', () => {
  it('gives the same samples however the runs were cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 12 }), (counts) => {
        const fifo = new SampleFifo();
        let written = 0;
        const frames: SampleFrame[] = [];
        for (const count of counts) {
          fifo.append(ramp(written, count), ramp(-written, count), true);
          written += count;
          frames.push(...drain(fifo));
        }
        const whole = Math.floor(written / FRAME) * FRAME;
        expect(left(frames)).toEqual([...ramp(0, whole)]);
        expect(frames.every((frame) => frame.left.length === FRAME && frame.right.length === FRAME)).toBe(true);
      }),
    );
  });

  it('keeps the channels apart', () => {
    const fifo = new SampleFifo();
    fifo.append(level(0.25, FRAME), level(-0.5, FRAME), true);
    const frames = drain(fifo);
    expect(left(frames)).toEqual([...level(0.25, FRAME)]);
    expect(right(frames)).toEqual([...level(-0.5, FRAME)]);
  });

  it('has no frame before 1024 samples and one with them', () => {
    const fifo = new SampleFifo();
    fifo.appendSilence(FRAME - 1);
    expect(fifo.next()).toBeUndefined();
    fifo.appendSilence(1);
    expect(fifo.next()).toEqual({ left: level(0, FRAME), right: level(0, FRAME) });
    expect(fifo.next()).toBeUndefined();
  });

  it('fades over the step where sound breaks off, begins again, or was cut', () => {
    const fifo = new SampleFifo();
    fifo.append(level(0.8, 500), level(0.8, 500), true);
    fifo.appendSilence(600);
    fifo.append(level(-0.8, 948), level(-0.8, 948), false);
    const samples = left(drain(fifo));
    expect(samples).toHaveLength(2 * FRAME);
    const steps = samples.slice(1).map((sample, index) => Math.abs(sample - (samples[index] ?? 0)));
    // The largest step is 1.6; none may be heard as a click.
    expect(Math.max(...steps)).toBeLessThan(0.02);
    expect(samples[900]).toBe(0);
    expect(samples.at(-1)).toBeCloseTo(-0.8);
  });

  it('does not touch a run that goes on where the last one ended', () => {
    const fifo = new SampleFifo();
    fifo.append(level(0.5, 512), level(0.5, 512), true);
    fifo.append(level(-0.5, 512), level(-0.5, 512), true);
    expect(left(drain(fifo)).slice(511, 513)).toEqual([0.5, -0.5]);
  });

  it('takes empty runs', () => {
    const fifo = new SampleFifo();
    fifo.append(level(0, 0), level(0, 0), false);
    fifo.appendSilence(0);
    expect(fifo.next()).toBeUndefined();
  });
});
