import { describe, expect, it } from 'vitest';
import { WarningGate } from './warning-gate.ts';

describe('the gate of warnings', () => {
  it('lets each through once in a minute, and none stand for another', () => {
    const gate = new WarningGate();
    expect([gate.admits('long-gop', 0), gate.admits('long-gop', 59_999), gate.admits('b-frames', 59_999)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([gate.admits('long-gop', 60_000), gate.admits('b-frames', 60_000)]).toEqual([true, false]);
  });

  it('counts the minute from what was let through, and not from what was not', () => {
    const gate = new WarningGate();
    const told = Array.from({ length: 13 }, (_, index) => gate.admits('long-gop', index * 10_000));
    expect(told.flatMap((isTold, index) => (isTold ? [index] : []))).toEqual([0, 6, 12]);
  });

  it('remembers no more than 64, however many a publisher makes up, and takes new ones when these are old', () => {
    const gate = new WarningGate();
    const admitted = Array.from({ length: 1_000 }, (_, index) => gate.admits(`sentence ${index}`, 0));
    expect(admitted.filter(Boolean)).toHaveLength(64);
    expect(gate.admits('another', 59_999)).toBe(false);
    expect(gate.admits('another', 60_000)).toBe(true);
  });
});
