import { expect, it } from 'vitest';
import { chooseRegion } from './region-choice.ts';
import type { RegionState } from './region-life.ts';

it.each<[readonly [RegionState, ...RegionState[]], number]>([
  [['healthy', 'healthy'], 0],
  [['unhealthy', 'healthy'], 1],
  [['initial', 'healthy'], 1],
  [['healthy', 'unhealthy'], 0],
  [['unhealthy', 'unhealthy', 'healthy'], 2],
  // All are unready: better one that may refuse than none.
  [['unhealthy', 'unhealthy'], 0],
  [['initial', 'unhealthy'], 0],
])('of %j the publisher is sent to number %i', ([nearest, ...others], chosen) => {
  const regions = [nearest, ...others].map((state, number) => ({ state, number }));
  const [first, ...further] = regions;
  expect(first && chooseRegion([first, ...further]).number).toBe(chosen);
});
