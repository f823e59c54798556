import { PROBLEM_CONTENT_TYPE, Problem } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { problem, unexpectedProblem } from './problem.ts';

describe('a refusal', () => {
  it('is a problem that contracts know, and is never cached', async () => {
    const answer = problem('directive-too-far', 'Four is too far.');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe(PROBLEM_CONTENT_TYPE);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Problem.parse(await answer.json())).toMatchObject({ code: 'directive-too-far', detail: 'Four is too far.' });
  });

  it('says when to try again where that helps', () => {
    expect(problem('held-too-long').headers.get('retry-after')).toBe('1');
    expect(problem('no-such-media').headers.has('retry-after')).toBe(false);
  });

  it('tells nothing of what nobody foresaw (only the log learns it)', async () => {
    const answer = unexpectedProblem(new Error('secret detail'));
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('secret');
  });
});
