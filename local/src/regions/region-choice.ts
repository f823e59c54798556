import type { RegionState } from './region-life.ts';

/**
 * The region that a new publisher is sent to: the nearest healthy one. Where none is, the nearest one all the same: names
 * and load balancers of AWS both fail open (Route 53, How Amazon Route 53 chooses records when health checking is
 * configured; Elastic Load Balancing, Target group health).
 */
export function chooseRegion<R extends { readonly state: RegionState }>(nearestFirst: readonly [R, ...R[]]): R {
  return nearestFirst.find(({ state }) => state === 'healthy') ?? nearestFirst[0];
}
