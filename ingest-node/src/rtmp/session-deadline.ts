import type { PublishRefusal } from '../server/publisher.ts';
import { AUTHORIZE_TIMED_OUT } from './refusal-sentences.ts';
import type { SessionState } from './session-life.ts';
import type { SessionLimits } from './session-limits.ts';

/** What ends a connection that stays in a state for too long. */
export interface Deadline {
  readonly limit: 'handshakeMs' | 'publishMs' | 'authorizeMs' | 'firstMediaMs' | 'idleMediaMs';
  /** For the streamer and for the log. */
  readonly sentence: string;
  /** When it is ours that took too long. */
  readonly refusal?: PublishRefusal;
}

const PUBLISH: Deadline = { limit: 'publishMs', sentence: 'Nothing was published in time.' };

/** By state; how long each may last is in SessionLimits. */
const DEADLINES: Readonly<Record<Exclude<SessionState, 'publishing' | 'playing' | 'closed'>, Deadline>> = {
  handshake: { limit: 'handshakeMs', sentence: 'The handshake took too long.' },
  greeted: PUBLISH,
  connected: PUBLISH,
  'stream-created': PUBLISH,
  authorizing: { limit: 'authorizeMs', sentence: AUTHORIZE_TIMED_OUT.sentence, refusal: AUTHORIZE_TIMED_OUT },
  'play-asking': { limit: 'authorizeMs', sentence: 'The server could not check in time whether this may be played.' },
};
const FIRST_MEDIA: Deadline = { limit: 'firstMediaMs', sentence: 'The encoder sent no audio or video.' };
const IDLE_MEDIA: Deadline = { limit: 'idleMediaMs', sentence: 'The encoder stopped sending audio and video.' };

/** The deadline of a state, or `undefined` for none. `hasMedia` says whether the publisher has begun to send. */
export function deadlineOf(state: SessionState, hasMedia: boolean): Deadline | undefined {
  // A player has deadlines of its own.
  if (state === 'closed' || state === 'playing') return undefined;
  if (state === 'publishing') return hasMedia ? IDLE_MEDIA : FIRST_MEDIA;
  return DEADLINES[state];
}

/** When a state that was entered at `sinceMs` has lasted too long. */
export function deadlineMsOf(deadline: Deadline | undefined, sinceMs: number, limits: SessionLimits): number {
  return deadline === undefined ? Number.POSITIVE_INFINITY : sinceMs + limits[deadline.limit];
}
