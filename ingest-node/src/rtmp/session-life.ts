import { RtmpError } from './rtmp-error.ts';

export type SessionState =
  | 'handshake'
  | 'greeted'
  | 'connected'
  | 'stream-created'
  | 'authorizing'
  | 'publishing'
  | 'play-asking'
  | 'playing'
  | 'closed';

export type SessionInput =
  | 'handshaken'
  | 'connect'
  | 'create-stream'
  | 'publish'
  | 'granted'
  | 'play'
  | 'play-granted'
  /** FCUnpublish or closeStream: the stream stays and may be used again. */
  | 'unpublish'
  | 'delete-stream'
  /** Refused, failed, timed out, gone: whatever ends the connection. */
  | 'close';

/** The life of a connection. What the table lacks is out of order and ends it. */
export const SESSION_LIFE = {
  handshake: { handshaken: 'greeted', close: 'closed' },
  greeted: { connect: 'connected', close: 'closed' },
  connected: {
    'create-stream': 'stream-created',
    // Encoders send FCUnpublish and deleteStream in either order.
    unpublish: 'connected',
    'delete-stream': 'connected',
    close: 'closed',
  },
  'stream-created': {
    'create-stream': 'stream-created',
    publish: 'authorizing',
    play: 'play-asking',
    unpublish: 'stream-created',
    'delete-stream': 'connected',
    close: 'closed',
  },
  authorizing: { granted: 'publishing', close: 'closed' },
  publishing: {
    'create-stream': 'publishing',
    unpublish: 'stream-created',
    'delete-stream': 'connected',
    close: 'closed',
  },
  'play-asking': { 'play-granted': 'playing', close: 'closed' },
  playing: {
    'create-stream': 'playing',
    unpublish: 'stream-created',
    'delete-stream': 'connected',
    close: 'closed',
  },
  closed: {},
} as const satisfies Record<SessionState, Partial<Record<SessionInput, SessionState>>>;

const TABLE: Record<SessionState, Partial<Record<SessionInput, SessionState>>> = SESSION_LIFE;

/** The state after an input. Throws RtmpError `command-out-of-order` for an input that the table lacks. */
export function afterInput(state: SessionState, input: SessionInput): SessionState {
  const next = TABLE[state][input];
  if (next === undefined) throw new RtmpError('command-out-of-order', `${input} while ${state}`);
  return next;
}
