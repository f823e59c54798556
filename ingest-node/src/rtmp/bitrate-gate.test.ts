import { describe, expect, it } from 'vitest';
import { BitrateGate } from './bitrate-gate.ts';

/** A megabyte a second, over ten seconds. */
const gate = () => new BitrateGate({ bitrateBpsMax: 8_000_000, windowMs: 10_000 });

describe('a publisher', () => {
  it('may send at its rate for ever', () => {
    const open = gate();
    for (let second = 0; second < 1_000; second++) expect(open.admits(1_000_000, second * 1_000)).toBe(true);
  });

  it('may send a window at once, and not a byte more', () => {
    const open = gate();
    expect(open.admits(10_000_000, 0)).toBe(true);
    expect(open.admits(1, 0)).toBe(false);
    expect(gate().admits(10_000_001, 0)).toBe(false);
  });

  it('is found out when it sends a tenth more than its rate', () => {
    const open = gate();
    const second = Array.from({ length: 200 }, (_, index) => index).find((at) => !open.admits(1_100_000, at * 1_000));
    expect(second).toBe(90);
  });

  it('gains nothing from a clock that goes back', () => {
    const open = gate();
    open.admits(10_000_000, 5_000);
    expect(open.admits(1, 1_000)).toBe(false);
  });
});
