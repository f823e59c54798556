import type { EdgeEvent } from '@sluice/contracts';

/**
 * `unstarted`: a node has the lease, and there is nothing to be seen yet. `live`: it can be played. `absent`: it can, and
 * nobody sends, or its node is not heard of.
 */
export type ToldLifeState = 'unstarted' | 'live' | 'absent' | 'ended';
export type ToldLifeInput = 'playable' | 'absent' | 'present' | 'over';

/**
 * The life of a broadcast as its owner is told of it. An input that a state does not list changes nothing: what is seen
 * of a broadcast is seen again and again. docs/ARCHITECTURE.md prints this table.
 */
export const TOLD_LIFE = {
  unstarted: { playable: 'live', over: 'ended' },
  live: { absent: 'absent', over: 'ended' },
  absent: { present: 'live', over: 'ended' },
  ended: {},
} as const satisfies Record<ToldLifeState, Partial<Record<ToldLifeInput, ToldLifeState>>>;

/** What a step is told as. */
const KIND_OF = {
  playable: 'broadcast-started',
  absent: 'publisher-absent',
  present: 'publisher-back',
  over: 'broadcast-ended',
} as const satisfies Record<ToldLifeInput, EdgeEvent['kind']>;

export interface LifeStep {
  readonly state: ToldLifeState;
  /** Absent: of what has not begun nobody is told that it ended. */
  readonly tells?: (typeof KIND_OF)[ToldLifeInput];
}

/** The step that an input is; `undefined`: none. */
export function lifeStep(state: ToldLifeState, input: ToldLifeInput): LifeStep | undefined {
  const steps: Partial<Record<ToldLifeInput, ToldLifeState>> = TOLD_LIFE[state];
  const next = steps[input];
  if (next === undefined) return undefined;
  return state === 'unstarted' && input === 'over' ? { state: next } : { state: next, tells: KIND_OF[input] };
}

/** What is seen of a broadcast at one time. */
export interface BroadcastSight {
  /** There is something to be played. */
  readonly isPlayable: boolean;
  /** `undefined`: nothing was heard that says so. */
  readonly presence: 'present' | 'absent' | undefined;
  readonly isOver: boolean;
}

/** The inputs that a sight is, in this order: what ends with the first thing that is seen of it has begun before. */
export function lifeInputs({ isPlayable, presence, isOver }: BroadcastSight): ToldLifeInput[] {
  return [
    ...(isPlayable ? (['playable'] as const) : []),
    ...(presence === undefined || isOver ? [] : [presence]),
    ...(isOver ? (['over'] as const) : []),
  ];
}
