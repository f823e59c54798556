import { z } from 'zod';

/**
 * The life of a channel's MediaLive, as we know it. docs/ARCHITECTURE.md prints this table.
 *
 * `creating` and `deleting` go on, one call after the other, until all of the security group, the input and the channel
 * are there, or none. `failed`: AWS refused something that asking again does not change. What is once unwanted goes all the
 * way to `absent`: whoever wants one then wants another one, for another channel perhaps, and with other settings.
 */
export const MEDIALIVE_STATES = [
  'absent',
  'creating',
  'idle',
  'starting',
  'running',
  'stopping',
  'deleting',
  'failed',
] as const;
export const MediaLiveState = z.enum(MEDIALIVE_STATES);
export type MediaLiveState = z.infer<typeof MediaLiveState>;

export type MediaLiveInput =
  /** It is to be live. */
  | 'wanted'
  /** It is not to be there any more. */
  | 'unwanted'
  /** All of it is there. */
  | 'made'
  | 'started'
  /** It runs no more, or never did. */
  | 'stopped'
  /** Nothing of it is left. */
  | 'removed'
  | 'refused'
  /** Somebody else has removed it. */
  | 'vanished';

export const MEDIALIVE_LIFE = {
  absent: { wanted: 'creating', unwanted: 'absent' },
  creating: { made: 'idle', unwanted: 'deleting', refused: 'failed', vanished: 'deleting' },
  idle: { wanted: 'starting', unwanted: 'deleting', refused: 'failed', vanished: 'deleting' },
  starting: { started: 'running', unwanted: 'stopping', stopped: 'idle', vanished: 'deleting' },
  running: { unwanted: 'stopping', stopped: 'idle', vanished: 'deleting' },
  stopping: { stopped: 'deleting', unwanted: 'stopping', vanished: 'deleting' },
  deleting: { removed: 'absent', unwanted: 'deleting' },
  failed: { unwanted: 'deleting' },
} as const satisfies Record<MediaLiveState, Partial<Record<MediaLiveInput, MediaLiveState>>>;

/** The next state. Throws for an input that the state does not have: our fault. */
export function nextMediaLiveState(state: MediaLiveState, input: MediaLiveInput): MediaLiveState {
  const steps: Partial<Record<MediaLiveInput, MediaLiveState>> = MEDIALIVE_LIFE[state];
  const next = steps[input];
  if (next === undefined) throw new Error(`${state} has no ${input}`);
  return next;
}
