import { describe, expect, it } from 'vitest';
import { ImageAllowance } from './image-allowance.ts';

describe('how many images a transcoder may send', () => {
  it('is eight at once, and one a second', () => {
    const allowance = new ImageAllowance(0);
    expect(Array.from({ length: 9 }, () => allowance.take(0))).toEqual([...Array(8).fill(true), false]);
    expect([allowance.take(999), allowance.take(1_000), allowance.take(1_001)]).toEqual([false, true, false]);
  });

  it('is what a broadcast makes in a day, and not more for what was saved up', () => {
    const allowance = new ImageAllowance(0);
    for (let slot = 0; slot < 17_280; slot += 1) expect(allowance.take(slot * 5_000)).toBe(true);
    const taken = Array.from({ length: 20 }, () => allowance.take(86_400_000)).filter((isAllowed) => isAllowed);
    expect(taken).toHaveLength(8);
  });
});
