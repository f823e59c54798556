import { describe, expect, it } from 'vitest';
import { SegmentGate } from './segment-gate.ts';

const SEGMENT_START_S = 20;

describe('a change of rendition', () => {
  it('may be made before anything was loaded', () => {
    expect(new SegmentGate().mayChange(0)).toBe(true);
  });

  it('waits while a segment that is on screen is being loaded', () => {
    const gate = new SegmentGate();
    gate.partComes(SEGMENT_START_S);
    expect(gate.mayChange(SEGMENT_START_S + 1)).toBe(false);
    expect(gate.mayChange(SEGMENT_START_S - 0.3)).toBe(false);
  });

  it('may be made once that segment is whole', () => {
    const gate = new SegmentGate();
    gate.partComes(SEGMENT_START_S);
    gate.segmentIsWhole();
    expect(gate.mayChange(SEGMENT_START_S + 1)).toBe(true);
  });

  it('may be made in a segment that is not on screen yet: its keyframe comes in time', () => {
    const gate = new SegmentGate();
    gate.partComes(SEGMENT_START_S);
    expect(gate.mayChange(SEGMENT_START_S - 0.5)).toBe(true);
  });
});
