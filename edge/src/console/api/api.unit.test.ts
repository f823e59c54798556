import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { Api } from './api.ts';
import { ApiProblem } from './api-problem.ts';

const Thing = z.object({ name: z.string() });
const THING = { name: 'one' };

/** An API whose server gives these answers, one after the other; an Error is a network that fails. */
function apiWith(answers: readonly (Response | Error)[], token?: string) {
  const calls: { readonly url: string; readonly init: RequestInit }[] = [];
  const delays: number[] = [];
  const left = [...answers];
  let unauthorized = 0;
  const api = new Api({
    fetch: (url, init = {}) => {
      calls.push({ url: String(url), init });
      const answer = left.shift() ?? new Error('asked once more than was thought');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    token: () => token,
    onUnauthorized: () => {
      unauthorized += 1;
    },
    delay: async (delayMs) => {
      delays.push(delayMs);
    },
  });
  const header = (name: string) => calls.map(({ init }) => new Headers(init.headers).get(name));
  return { api, calls, delays, header, unauthorized: () => unauthorized };
}

function refusal(status: number, code: string, headers: Record<string, string> = {}): Response {
  return Response.json({ type: 'about:blank', title: 'No', status, code, detail: 'That is why.' }, { status, headers });
}

const OFF = new TypeError('Failed to fetch');

async function problemOf(promise: Promise<unknown>): Promise<ApiProblem> {
  const problem: unknown = await promise.catch((error: unknown) => error);
  if (problem instanceof ApiProblem) return problem;
  throw new Error('it was no ApiProblem', { cause: problem });
}

describe('a call of the control API', () => {
  it('brings the token, and reads the answer and its version', async () => {
    const { api, calls, header } = apiWith([Response.json(THING, { headers: { etag: '"a-1"' } })], 'secret');
    expect(await api.get('/things/one', Thing)).toEqual({ value: THING, etag: '"a-1"', status: 200 });
    expect(calls[0]?.url).toBe('/api/v1/things/one');
    expect([header('authorization'), header('idempotency-key')]).toEqual([['Bearer secret'], [null]]);
  });

  it('brings none where the console is open', async () => {
    const { api, header } = apiWith([Response.json(THING)]);
    await api.get('/things/one', Thing);
    expect(header('authorization')).toEqual([null]);
  });

  it('says why it was refused in the server’s own sentence', async () => {
    const { api } = apiWith([refusal(409, 'thing-exists')]);
    const problem = await problemOf(api.post('/things', Thing, { body: THING }));
    expect([problem.code, problem.status, problem.message]).toEqual(['thing-exists', 409, 'That is why.']);
  });

  it('says something of an answer that is no problem and no thing', async () => {
    const page = new Response('<h1>Bad gateway</h1>', { status: 500 });
    expect((await problemOf(apiWith([page]).api.get('/things', Thing))).message).toBe(
      'The server answered with status 500.',
    );
    const other = Response.json({ name: 1 });
    expect((await problemOf(apiWith([other]).api.get('/things', Thing))).code).toBe('unreadable');
  });

  it('tells whoever waits for it that the token is no good', async () => {
    const { api, unauthorized } = apiWith([refusal(401, 'token-invalid')], 'old');
    await problemOf(api.get('/things', Thing));
    expect(unauthorized()).toBe(1);
  });

  it('asks again, later each time, and not for ever', async () => {
    const { api, delays } = apiWith([OFF, OFF, OFF, OFF]);
    const problem = await problemOf(api.get('/things', Thing));
    expect([problem.code, delays]).toEqual(['unreachable', [400, 800]]);
  });

  it('waits as long as the server asks for, unless that is too long', async () => {
    const soon = apiWith([refusal(503, 'busy', { 'retry-after': '2' }), Response.json(THING)]);
    expect((await soon.api.get('/things/one', Thing)).value).toEqual(THING);
    expect(soon.delays).toEqual([2_000]);
    const late = apiWith([refusal(429, 'too-many-requests', { 'retry-after': '60' })]);
    expect((await problemOf(late.api.get('/things/one', Thing))).retryAfterS).toBe(60);
    expect(late.delays).toEqual([]);
  });

  it('makes what it makes once, however often it has to ask', async () => {
    const { api, header } = apiWith([OFF, refusal(503, 'busy'), Response.json(THING, { status: 201 })]);
    await api.post('/things', Thing, { body: THING });
    const [first, ...others] = header('idempotency-key');
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(others).toEqual([first, first]);
  });

  it('changes one version once: an answer that was lost is told', async () => {
    const { api, header } = apiWith([OFF, Response.json(THING)]);
    expect((await problemOf(api.patch('/things/one', Thing, { body: THING, ifMatch: '"a-1"' }))).code).toBe(
      'unreachable',
    );
    expect(header('if-match')).toEqual(['"a-1"']);
  });

  it('stops when nobody waits for it any more', async () => {
    const { api, calls } = apiWith([OFF]);
    const gone = new AbortController();
    gone.abort(new Error('left'));
    await expect(api.get('/things', Thing, { signal: gone.signal })).rejects.toThrow('left');
    expect(calls).toHaveLength(1);
  });
});
