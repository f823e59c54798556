/**
 * The life of the demo publisher. `asking`: is the channel free? `aside`: somebody else publishes, or did a moment ago.
 * `resting`: it failed and tries again soon.
 */
export type DemoState = 'asking' | 'publishing' | 'aside' | 'resting';
export type DemoInput = 'channel-free' | 'channel-busy' | 'taken-over' | 'failed' | 'rested';

export const DEMO_LIFE = {
  asking: { 'channel-free': 'publishing', 'channel-busy': 'aside' },
  publishing: { 'taken-over': 'aside', failed: 'resting' },
  aside: { 'channel-free': 'publishing' },
  resting: { rested: 'asking' },
} as const satisfies Record<DemoState, Partial<Record<DemoInput, DemoState>>>;

/** The next state. An input that the table lacks is a bug, and throws. */
export function nextDemoState(state: DemoState, input: DemoInput): DemoState {
  const steps: Partial<Record<DemoInput, DemoState>> = DEMO_LIFE[state];
  const next = steps[input];
  if (next === undefined) throw new Error(`the demo publisher knows no "${input}" while ${state}`);
  return next;
}
