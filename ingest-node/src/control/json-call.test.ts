import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callJson, type JsonCall } from './json-call.ts';
import { problemReply, ScriptedPeer } from './scripted-peer.ts';

const SECRET = 'secret-of-the-caller';
const Answer = z.object({ count: z.int() });

let peer: ScriptedPeer;
beforeEach(async () => {
  peer = await ScriptedPeer.listen(() => ({ status: 200, body: { count: 3 } }));
});
afterEach(() => peer[Symbol.asyncDispose]());

function call(change: Partial<JsonCall<z.infer<typeof Answer>>> = {}) {
  const body = { asked: true };
  const url = `${peer.url}/path`;
  return callJson({ method: 'POST', url, bearer: SECRET, body, answer: Answer, withinMs: 5_000, ...change });
}

describe('a JSON call', () => {
  it('carries its body and bearer, and gives the parsed answer', async () => {
    expect(await call()).toEqual({ kind: 'answered', answer: { count: 3 } });
    expect(peer.requests).toEqual([
      { method: 'POST', path: '/path', authorization: `Bearer ${SECRET}`, body: { asked: true } },
    ]);
  });

  it('takes an answer without a body where none is wanted', async () => {
    peer.script = () => ({ status: 204 });
    const outcome = await callJson({
      method: 'DELETE',
      url: peer.url,
      bearer: SECRET,
      body: {},
      answer: z.unknown(),
      withinMs: 5_000,
    });
    expect(outcome.kind).toBe('answered');
  });

  it('is refused with the code of the problem', async () => {
    peer.script = () => problemReply(409, 'channel-in-use');
    expect(await call()).toEqual({ kind: 'refused', code: 'channel-in-use', detail: 'Because of channel-in-use.' });
  });

  it('is refused with the status where there is no problem in the body', async () => {
    peer.script = () => ({ status: 404, body: 'not found' });
    expect(await call()).toMatchObject({ kind: 'refused', code: 'http-404' });
  });

  it.each([408, 425, 429, 500, 502, 503])('may be asked again after %i', async (status) => {
    peer.script = () => problemReply(status, 'unavailable');
    expect(await call()).toEqual({ kind: 'unreachable', why: `answered ${status} (unavailable)` });
  });

  it.each([
    ['what is no answer', { status: 200, body: { count: 'three' } }],
    ['nothing', { status: 200 }],
    ['more than it may', { status: 200, body: { count: 3, more: 'x'.repeat(300_000) } }],
    ['a way to elsewhere', { status: 307 }],
  ] as const)('may be asked again after %s', async (_what, reply) => {
    peer.script = () => reply;
    expect((await call()).kind).toBe('unreachable');
  });

  it('may be asked again when the connection is cut', async () => {
    peer.script = () => 'cut';
    expect((await call()).kind).toBe('unreachable');
  });

  it('does not wait longer than it was told', async () => {
    peer.script = () => 'hang';
    expect(await call({ withinMs: 20 })).toEqual({ kind: 'unreachable', why: 'no answer in 20 ms' });
  });

  it('is given up when its caller has no use for it any more', async () => {
    const caller = new AbortController();
    peer.script = () => {
      caller.abort();
      return 'hang';
    };
    expect(await call({ signal: caller.signal })).toEqual({ kind: 'unreachable', why: 'given up' });
    expect((await call({ signal: caller.signal })).kind).toBe('unreachable');
    expect(peer.requests).toHaveLength(1);
  });

  it('says what is wrong with the connection, and never the bearer', async () => {
    const outcome = await call({ url: 'http://127.0.0.1:1/path' });
    expect(outcome).toEqual({ kind: 'unreachable', why: expect.stringMatching(/^(ECONNREFUSED|bad port)$/) });
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
  });
});
