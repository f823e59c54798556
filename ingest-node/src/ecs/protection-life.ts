/**
 * The protection of a task of ECS against scale-in and deployments. docs/ARCHITECTURE.md prints this table.
 *
 * `open`: ECS may end the task. `raising`: it is being asked not to. `held`: it does not. `renewing`: before that ends, it
 * is asked again. `lowering`: it is told that it may. `closed`: the node stops, and is never protected again.
 */
export type ProtectionState = 'open' | 'raising' | 'held' | 'renewing' | 'lowering' | 'closed';

export type ProtectionInput =
  /** There is a broadcast, and the time to ask has come. */
  | 'wanted'
  /** The protection would end, or nobody has been there for a while. */
  | 'renewal-due'
  | 'unwanted'
  /** ECS has done what it was asked for, or has said that it does not. */
  | 'confirmed'
  | 'refused'
  /** Nobody knows which: it counts as protected, so that it is asked again, and taken back. */
  | 'unanswered'
  /** It has run out, since renewing it has failed for so long. */
  | 'expired'
  /** The node was told to end, and nothing is left to be taken back. */
  | 'stopped';

export const PROTECTION_LIFE = {
  open: { wanted: 'raising', stopped: 'closed' },
  raising: { confirmed: 'held', refused: 'open', unanswered: 'held' },
  held: { 'renewal-due': 'renewing', unwanted: 'lowering', expired: 'open' },
  renewing: { confirmed: 'held', refused: 'held', unanswered: 'held' },
  lowering: { confirmed: 'open', refused: 'held', unanswered: 'held' },
  closed: {},
} as const satisfies Record<ProtectionState, Partial<Record<ProtectionInput, ProtectionState>>>;

/** The next state. Throws for an input that the state has no step for: that is our own error. */
export function nextProtectionState(state: ProtectionState, input: ProtectionInput): ProtectionState {
  const steps: Partial<Record<ProtectionInput, ProtectionState>> = PROTECTION_LIFE[state];
  const next = steps[input];
  if (next === undefined) throw new Error(`the protection of the task is ${state}: ${input}`);
  return next;
}
