/**
 * A region as whoever sends publishers there sees it. `initial`: nothing has been heard of it. One yes is enough then, as
 * it is for a target that is new at a network load balancer.
 */
export type RegionState = 'initial' | 'healthy' | 'unhealthy';
/** `passed-once`, and `passed` and `failed` when that was so as often in a row as it takes. */
export type RegionInput = 'passed-once' | 'passed' | 'failed';

export const REGION_LIFE = {
  initial: { 'passed-once': 'healthy', failed: 'unhealthy' },
  healthy: { failed: 'unhealthy' },
  unhealthy: { passed: 'healthy' },
} as const satisfies Record<RegionState, Partial<Record<RegionInput, RegionState>>>;

/** The next state. An input that a state does not list changes nothing: a region is asked again and again. */
export function nextRegionState(state: RegionState, input: RegionInput): RegionState {
  const steps: Partial<Record<RegionInput, RegionState>> = REGION_LIFE[state];
  return steps[input] ?? state;
}
