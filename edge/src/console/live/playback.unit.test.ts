import { expect, it } from 'vitest';
import { ApiProblem } from '../api/api-problem.ts';
import { accessTo, OPEN_PLAYBACK, type Playback } from './playback.ts';

const READY: Playback = { kind: 'ready', prefix: '/t/token', token: 'token' };
const REFUSED: Playback = { kind: 'refused', problem: new ApiProblem({ code: 'scope-missing', status: 403 }, 'No.') };

it('gives the token to what is private alone, and nothing before there is one', () => {
  expect(accessTo(READY, true)).toMatchObject({ prefix: '/t/token', token: 'token' });
  for (const playback of [READY, REFUSED, OPEN_PLAYBACK]) {
    expect(accessTo(playback, false)).toEqual({ prefix: '', token: undefined });
  }
  for (const playback of [REFUSED, OPEN_PLAYBACK, { kind: 'asking' } as const]) {
    expect(accessTo(playback, true)).toBeUndefined();
  }
});
