import { describe, expect, it } from 'vitest';
import { FramePacer } from './frame-pacer.ts';

const FPS30 = { num: 30, den: 1 };

describe('the pace of a publisher', () => {
  it('waits for the next frame on the grid', () => {
    const pacer = new FramePacer(1_000, FPS30);
    expect(pacer.waitMs(1_000)).toBe(0);
    expect(pacer.take(1_000)).toBe(0);
    expect(pacer.waitMs(1_010)).toBeCloseTo(23.33, 1);
  });

  it('sends what it is a little late for', () => {
    const pacer = new FramePacer(0, FPS30);
    expect([pacer.take(300), pacer.take(300), pacer.take(300)]).toEqual([0, 1, 2]);
  });

  it('leaves out what it is very late for', () => {
    const pacer = new FramePacer(0, FPS30);
    pacer.take(0);
    expect(pacer.take(2_000)).toBe(60);
    expect(pacer.waitMs(2_000)).toBeCloseTo(33.33, 1);
  });
});
