import { expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';

it('doubles from half a second to ten seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((attempt) => backOffMs(attempt, 0.999_999))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
});

it('spreads viewers over the second half of each wait', () => {
  expect(backOffMs(3, 0)).toBe(1_000);
  expect(backOffMs(3, 0.5)).toBe(1_500);
});
