import { type MediaLiveInput, nextMediaLiveState } from './medialive-life.ts';
import type { MediaLiveRecord } from './medialive-record.ts';

/** AWS takes half a minute to a few minutes for what it does; it allows five such questions a second. */
export const LOOK_MS = 5_000;
/** Asked too often, or AWS failed. */
export const BUSY_MS = 15_000;
/** One that runs is looked at, for somebody else may stop it. */
export const WATCH_MS = 60_000;

/** What one step has come to: what is known now, and when the next one is due. Nothing more: `undefined`. */
export interface Step {
  readonly to: MediaLiveRecord;
  readonly afterMs: number | undefined;
}

/** Within so long, at a time that is the same for all: two jobs of one channel become one then. */
export function within(nowMs: number, afterMs: number): number {
  return afterMs === 0 ? nowMs : (Math.floor(nowMs / afterMs) + 1) * afterMs;
}

/** The next state, and the next step at once. */
export function on(record: MediaLiveRecord, input: MediaLiveInput): Step {
  return { to: { ...record, state: nextMediaLiveState(record.state, input) }, afterMs: 0 };
}

/** The same state, and the next step at once. */
export function onward(to: MediaLiveRecord): Step {
  return { to, afterMs: 0 };
}

/** AWS is doing something, or is to be left alone. */
export function wait(to: MediaLiveRecord, afterMs = LOOK_MS): Step {
  return { to, afterMs };
}

/** There is nothing to do. */
export function settled(to: MediaLiveRecord): Step {
  return { to, afterMs: undefined };
}
