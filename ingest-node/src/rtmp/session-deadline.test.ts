import { expect, it } from 'vitest';
import { deadlineMsOf, deadlineOf } from './session-deadline.ts';
import { SESSION_LIMITS } from './session-limits.ts';

it.each([
  ['handshake', false, 'handshakeMs'],
  ['greeted', false, 'publishMs'],
  ['connected', false, 'publishMs'],
  ['stream-created', false, 'publishMs'],
  ['authorizing', false, 'authorizeMs'],
  ['publishing', false, 'firstMediaMs'],
  ['publishing', true, 'idleMediaMs'],
  ['play-asking', false, 'authorizeMs'],
  // A player's own are in session-play.test.ts.
  ['playing', false, undefined],
  ['closed', false, undefined],
] as const)('in %s, with media %s, is %s', (state, hasMedia, limit) => {
  const deadline = deadlineOf(state, hasMedia);
  expect(deadline?.limit).toBe(limit);
  const expected = limit === undefined ? Number.POSITIVE_INFINITY : 500 + SESSION_LIMITS[limit];
  expect(deadlineMsOf(deadline, 500, SESSION_LIMITS)).toBe(expected);
});
