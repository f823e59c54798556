import { describe, expect, it } from 'vitest';
import { LoadGovernor } from './load-governor.ts';

/** How many of 64 new pictures are still encoded, this far behind. */
function encodedOf64(governor: LoadGovernor, behindMs: number): number {
  return Array.from({ length: 64 }, (_, slot) => governor.decide(slot, behindMs)).filter((it) => it === 'encode')
    .length;
}

describe('the load governor', () => {
  it('sheds nothing while encoding is near real time', () => {
    const governor = new LoadGovernor();
    expect(encodedOf64(governor, 399)).toBe(64);
    expect(governor.isOverloaded).toBe(false);
  });

  it.each([
    [400, 32],
    [1_000, 16],
    [2_000, 4],
    [15_000, 4],
  ])('%i ms behind it encodes %i of 64 new pictures and repeats the others', (behindMs, count) => {
    const governor = new LoadGovernor();
    expect(encodedOf64(governor, behindMs)).toBe(count);
    expect(governor.isOverloaded).toBe(true);
  });

  it('gives up only beyond 15 s', () => {
    expect(new LoadGovernor().isHopeless(15_001)).toBe(true);
    expect(new LoadGovernor().isHopeless(15_000)).toBe(false);
  });

  it('cuts the end only of what is more than a second behind', () => {
    expect(new LoadGovernor().isEndCut(1_001)).toBe(true);
    expect(new LoadGovernor().isEndCut(1_000)).toBe(false);
  });

  it('leaves a level at half of what it was entered at, one by one', () => {
    const governor = new LoadGovernor();
    expect(encodedOf64(governor, 400)).toBe(32);
    expect(encodedOf64(governor, 200)).toBe(32);
    expect(encodedOf64(governor, 199)).toBe(64);
    encodedOf64(governor, 2_000);
    governor.decide(1, 0);
    expect(governor.isOverloaded).toBe(true);
    governor.decide(2, 0);
    governor.decide(3, 0);
    expect(governor.isOverloaded).toBe(false);
  });
});
