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
  'play',
  'play-granted',
  'unpublish',
  'delete-stream',
  'close',
];

it('goes from the handshake to a live publisher and to another one', () => {
  const way: SessionInput[] = ['handshaken', 'connect', 'create-stream', 'publish', 'granted', 'unpublish', 'publish'];
  expect(way.reduce<SessionState>(afterInput, 'handshake')).toBe('authorizing');
});

it('goes to a player, to another one, and to a publisher', () => {
  const way: SessionInput[] = ['handshaken', 'connect', 'create-stream', 'play', 'play-granted', 'unpublish', 'play'];
  expect(way.reduce<SessionState>(afterInput, 'handshake')).toBe('play-asking');
  expect([...way.slice(0, -1), 'publish' as const].reduce<SessionState>(afterInput, 'handshake')).toBe('authorizing');
});

it('lets nobody play who was not let in, and nobody who publishes', () => {
  for (const state of STATES) {
    const isAsking = state === 'play-asking';
    if (isAsking) expect(afterInput(state, 'play-granted')).toBe('playing');
    else expect(() => afterInput(state, 'play-granted')).toThrow('command-out-of-order');
  }
  expect(() => afterInput('publishing', 'play')).toThrow('command-out-of-order');
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
