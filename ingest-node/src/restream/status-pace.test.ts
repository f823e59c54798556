import { expect, it } from 'vitest';
import { SentRate } from './sent-rate.ts';
import { StatusPace } from './status-pace.ts';

it('a status is told when it changes, every two seconds at most, and every ten at least', () => {
  const pace = new StatusPace();
  expect(pace.take(100)).toBe(true);
  expect([pace.deadlineMs, pace.take(10_099), pace.take(10_100)]).toEqual([10_100, false, true]);
  pace.changed();
  expect([pace.deadlineMs, pace.take(12_099), pace.take(12_100), pace.take(12_101)]).toEqual([
    12_100,
    false,
    true,
    false,
  ]);
});

it('the bitrate of a push is of the last five seconds', () => {
  const rate = new SentRate();
  expect(rate.bitrateBps).toBe(0);
  for (let second = 0; second <= 10; second += 1) rate.sample(second < 5 ? 0 : (second - 5) * 1_000, second * 1_000);
  expect(rate.bitrateBps).toBe(8_000);
  for (let second = 11; second <= 16; second += 1) rate.sample(5_000, second * 1_000);
  expect(rate.bitrateBps).toBe(0);
  rate.clear();
  rate.sample(1, 0);
  expect(rate.bitrateBps).toBe(0);
});
