import { expect, it } from 'vitest';
import { ANNOUNCE_REFUSALS } from './announcement.ts';
import { AUTHORIZE_REFUSALS } from './authorize.ts';
import { LEASE_REFUSALS } from './lease.ts';
import { Problem } from './problem.ts';

const problem = { type: 'about:blank', title: 'No', status: 403, code: 'unknown-stream-key', detail: 'No such key.' };

it.each([...AUTHORIZE_REFUSALS, ...LEASE_REFUSALS, ...ANNOUNCE_REFUSALS])('%s can be the code of a Problem', (code) => {
  expect(Problem.parse({ ...problem, code }).code).toBe(code);
});

it('is about:blank where the sender names no type (RFC 9457 §3.1.1)', () => {
  const { type: _type, ...untyped } = problem;
  expect(Problem.parse(untyped).type).toBe('about:blank');
});

it.each([
  { ...problem, status: 399 },
  { ...problem, status: 600 },
  { ...problem, code: 'Unknown' },
  { ...problem, detail: 'x'.repeat(1_001) },
])('is no refusal: %#', (body) => expect(Problem.safeParse(body).success).toBe(false));
