import { expect, it } from 'vitest';
import { RtmpError } from './rtmp-error.ts';
import { afterInput, SESSION_LIFE, type SessionInput, type SessionState } from './session-life.ts';

const STATES = Object.keys(SESSION_LIFE) as SessionState[];
const INPUTS: SessionInput[] = [
  'handshaken',
  'connect',
  'create-stream',
  'publish',
  'granted',
  'unpublish',
  'delete-stream',
  'close',
];

it('goes from the handshake to a live publisher and to another one', () => {
  const way: SessionInput[] = ['handshaken', 'connect', 'create-stream', 'publish', 'granted', 'unpublish', 'publish'];
  expect(way.reduce<SessionState>(afterInput, 'handshake')).toBe('authorizing');
});

it('can be closed in every state but the last, which is the end', () => {
  for (const state of STATES) {
    if (state !== 'closed') expect(afterInput(state, 'close')).toBe('closed');
    else for (const input of INPUTS) expect(() => afterInput(state, input)).toThrow(RtmpError);
  }
});

it('lets nobody publish who was not let in', () => {
  for (const state of STATES) {
    for (const input of INPUTS) {
      if (state === 'publishing' || (state === 'authorizing' && input === 'granted')) continue;
      try {
        expect(afterInput(state, input)).not.toBe('publishing');
      } catch (error) {
        expect(error).toMatchObject({ code: 'command-out-of-order', message: expect.stringContaining(state) });
      }
    }
  }
});
