import { describe, expect, it } from 'vitest';
import { PlayClock } from './play-clock.ts';

const timesOf = (...dtsMs: readonly number[]): number[] => {
  const clock = new PlayClock();
  return dtsMs.map((ms) => clock.timestampMs(ms * 1_000));
};

it('begins at 0 wherever the publisher is, and keeps its steps', () => {
  expect(timesOf(90_000_000, 90_000_040, 90_000_030, 90_000_080)).toEqual([0, 40, 30, 80]);
});

it('does not go below 0 for what was sent before the first packet', () => {
  expect(timesOf(1_000, 980, 1_040)).toEqual([0, 0, 40]);
});

describe('goes on where the publisher', () => {
  it('begins anew', () => {
    expect(timesOf(100_000, 107_000, 108_000, 0, 40)).toEqual([0, 0, 1_000, 1_000, 1_040]);
  });

  it('jumps ahead, and takes a step of five seconds as it is', () => {
    expect(timesOf(0, 5_000, 10_001, 10_041)).toEqual([0, 5_000, 5_000, 5_040]);
  });
});

it('goes round after 49.7 days', () => {
  const clock = new PlayClock();
  const stepUs = 4_000_000;
  let last = 0;
  for (let us = 0; us < 2 ** 32 * 1_000 + stepUs; us += stepUs) last = clock.timestampMs(us);
  expect(last).toBeLessThan(stepUs / 1_000);
});
