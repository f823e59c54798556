import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { ConsoleSetup, Problem, VERSION } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { ToldRequest } from '../testing/told-answer.ts';
import worker from '../worker.ts';

const ORIGIN = 'http://127.0.0.1:8080';
const CONSOLE_TOKEN = 'admin-token-of-the-tests';
const OPEN = { CONSOLE_ACCESS: 'open', CONSOLE_TOKEN };
const PAGE = { 'sec-fetch-site': 'same-origin' };

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly origin?: string;
  readonly bindings?: Readonly<Record<string, string>>;
  readonly path?: string;
}

function ask({ method = 'GET', headers = PAGE, origin = ORIGIN, bindings = OPEN, path = '/api/v1/channels' }: Asked) {
  const request = new Request<unknown, IncomingRequestCfProperties>(origin + path, { method, headers });
  return Promise.resolve(worker.fetch(request, { ...env, ...bindings }, createExecutionContext()));
}

/** The token with which the control API was asked. */
async function tokenOf(asked: Asked): Promise<string | undefined> {
  const answer = await ask(asked);
  expect(answer.status).toBe(200);
  return ToldRequest.parse(await answer.json()).headers.authorization;
}

describe('an open console', () => {
  it.each([ORIGIN, 'http://localhost:8080', 'http://[::1]:8080', 'http://127.0.0.1'])(
    'calls the control API for pages at %s',
    async (origin) => {
      expect(await tokenOf({ origin })).toBe(`Bearer ${CONSOLE_TOKEN}`);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect(await tokenOf({ origin, method, headers: { ...PAGE, origin } })).toBe(`Bearer ${CONSOLE_TOKEN}`);
      }
    },
  );

  it('leaves a token alone that is brought, and such a request needs nothing else', async () => {
    const headers = { authorization: 'Bearer mine' };
    expect(await tokenOf({ headers })).toBe('Bearer mine');
    expect(await tokenOf({ headers, origin: 'http://192.0.2.1:8080' })).toBe('Bearer mine');
  });

  it.each<[string, RegExp, Asked]>([
    ['another name that leads here', /127\.0\.0\.1, localhost/, { origin: 'http://rebound.example:8080' }],
    ['another address', /127\.0\.0\.1, localhost/, { origin: 'http://192.168.1.2:8080' }],
    ['a name below localhost', /127\.0\.0\.1, localhost/, { origin: 'http://a.localhost:8080' }],
    ['another name in Host', /127\.0\.0\.1, localhost/, { headers: { ...PAGE, host: 'rebound.example:8080' } }],
    ['half a name in Host', /127\.0\.0\.1, localhost/, { headers: { ...PAGE, host: 'localhost@rebound.example' } }],
    ['a proxy', /proxy/, { headers: { ...PAGE, 'x-forwarded-for': '192.0.2.1' } }],
    ['a browser that does not say who asks', /Sec-Fetch-Site/, { headers: {} }],
    ['an address that was typed', /Sec-Fetch-Site/, { headers: { 'sec-fetch-site': 'none' } }],
    ['a change without an origin', /Origin/, { method: 'POST' }],
    ['a deletion without an origin', /Origin/, { method: 'DELETE' }],
  ])('is closed to %s, and says why', async (_what, why, asked) => {
    const answer = await ask(asked);
    expect(answer.status).toBe(403);
    const text = await answer.text();
    expect(Problem.parse(JSON.parse(text))).toMatchObject({
      code: 'console-not-open',
      detail: expect.stringMatching(why),
    });
    expect(text).not.toContain(CONSOLE_TOKEN);
    const setup = await ask({ ...asked, method: 'GET', path: '/api/console.json' });
    // What a GET may, the console may.
    expect(ConsoleSetup.parse(await setup.json()).access).toBe(asked.method === undefined ? 'token' : 'open');
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:3000' }],
    ['another port that hides it', { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:3000' }],
  ])('is closed to pages of %s', async (_what, headers) => {
    for (const method of ['GET', 'POST']) {
      const answer = await ask({ method, headers });
      expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([403, 'cross-site-request']);
    }
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['nothing is said', {}],
    ['only the token is there', { CONSOLE_TOKEN }],
    ['there is no token', { CONSOLE_ACCESS: 'open' }],
    ['the token is empty', { CONSOLE_ACCESS: 'open', CONSOLE_TOKEN: '' }],
    ['it is not said to be', { CONSOLE_ACCESS: 'closed', CONSOLE_TOKEN }],
  ])('is none where %s', async (_what, bindings) => {
    expect(await tokenOf({ bindings })).toBeUndefined();
    const setup = await ask({ bindings, path: '/api/console.json' });
    expect(ConsoleSetup.parse(await setup.json()).access).toBe('token');
  });
});

describe('what the console asks first', () => {
  const ADDRESS = {
    region: 'eu-west-1',
    rtmpUrl: 'rtmp://ingest.live.example.com/live',
    rtmpsUrl: 'rtmps://ingest.live.example.com:1936/live',
    srtUrl: 'srt://ingest.live.example.com:8890',
  };

  it('is what the edge knows, and no secret', async () => {
    const bindings = { ...OPEN, INGEST_ADDRESSES: JSON.stringify([ADDRESS]) };
    const answer = await ask({ bindings, path: '/api/console.json' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await answer.json()).toEqual({
      version: VERSION,
      access: 'open',
      canSignIn: true,
      ingest: [{ ...ADDRESS, isSelfSigned: false }],
    });
  });

  it('says where there is no control API, and nobody has told of nodes', async () => {
    const answer = await ask({ bindings: { CONTROL_URL: '' }, path: '/api/console.json' });
    expect(ConsoleSetup.parse(await answer.json())).toMatchObject({ canSignIn: false, access: 'token', ingest: [] });
  });

  it('is 503 of a deployment whose addresses cannot be read', async () => {
    for (const INGEST_ADDRESSES of ['', '{', '[{"rtmpUrl":"http://x"}]']) {
      const answer = await ask({ bindings: { INGEST_ADDRESSES }, path: '/api/console.json' });
      expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([503, 'unavailable']);
    }
  });

  it('is asked with GET', async () => {
    const headers = { ...PAGE, origin: ORIGIN };
    expect((await ask({ method: 'POST', headers, path: '/api/console.json' })).status).toBe(405);
  });
});
