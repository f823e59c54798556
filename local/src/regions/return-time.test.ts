import { expect, it } from 'vitest';
import { ALIAS_TTL_MS, CLOSEST_NLB_CHECK, OBS_RETRIES, returnsAfterMs } from './return-time.ts';

const STEADY = { firstMs: 2_000, factor: 1 };
const CHECK = { intervalMs: 1_000, timeoutMs: 800, healthyCountMin: 2, unhealthyCountMin: 2 };

it('is the first try after the loss was noticed, where no address is remembered', () => {
  // Noticed after 2.8 s.
  expect(returnsAfterMs(STEADY, CHECK, 0)).toBe(4_000);
  expect(returnsAfterMs({ ...STEADY, firstMs: 3_000 }, CHECK, 0)).toBe(3_000);
});

it('is later by what is remembered of the last try before that', () => {
  expect(returnsAfterMs(STEADY, CHECK, 10_000)).toBe(12_000);
});

it('of OBS and AWS can be longer than a broadcast waits for its publisher, at the worst', () => {
  // 10 s until the edge takes it for lost, and 60 s on top (ARCHITECTURE, A channel's lease).
  expect(returnsAfterMs(OBS_RETRIES, CLOSEST_NLB_CHECK, ALIAS_TTL_MS)).toBeGreaterThan(70_000);
  expect(returnsAfterMs(OBS_RETRIES, CLOSEST_NLB_CHECK, 30_000)).toBeLessThan(70_000);
});
