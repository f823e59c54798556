import { env } from 'cloudflare:workers';
import { PROBLEM_CONTENT_TYPE, Problem } from '@sluice/contracts';
import { Hono } from 'hono';
import { describe, expect, it, vi } from 'vitest';
import { edgeFetch } from '../testing/edge-client.ts';
import { edgeWith } from '../testing/edge-with.ts';
import { answering, ToldRequest } from '../testing/told-answer.ts';
import { apiRoutes } from './routes.ts';

const TOKEN = 'Bearer api-token-of-the-tests';
const OWN = { origin: 'https://edge.test', 'sec-fetch-site': 'same-origin', authorization: TOKEN };

async function asked(path: string, init?: RequestInit) {
  const answer = await edgeFetch(`/api/v1${path}`, init);
  expect(answer.status).toBe(200);
  return ToldRequest.parse(await answer.json());
}

async function refusedWith(answer: Response, status: number, code: string): Promise<string> {
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store']);
  const text = await answer.text();
  expect(Problem.parse(JSON.parse(text)).code).toBe(code);
  // Neither where the control API is, nor with what it was asked.
  expect(text).not.toMatch(/127\.0\.0\.1|api-token-of-the-tests|\.[jt]s:\d/);
  return text;
}

describe('a call of the console', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s is passed on with its query and its body', async (method) => {
    const body = method === 'GET' ? null : '{"name":"grüß"}';
    const call = await asked('/channels/demo?limit=5&after=a%2Fb', { method, body, headers: OWN });
    expect(call).toMatchObject({ method, url: '/v1/channels/demo?limit=5&after=a%2Fb', body: body ?? '' });
  });

  it('brings of its head what the control API reads, and no cookie', async () => {
    const heard = {
      authorization: TOKEN,
      'content-type': 'application/json',
      accept: 'application/json',
      'if-match': '"a-1"',
      'if-none-match': '"a-2"',
      'idempotency-key': '0123456789abcdef',
      'sluice-tenant': 'default',
    };
    const unheard = {
      cookie: 'session=1',
      'x-forwarded-for': '192.0.2.1',
      'x-other': '1',
      referer: 'https://edge.test/',
    };
    const { headers } = await asked('/channels', {
      method: 'PATCH',
      body: '{}',
      headers: { ...OWN, ...heard, ...unheard },
    });
    expect(headers).toMatchObject(heard);
    for (const name of ['cookie', 'x-other', 'referer', 'origin', 'sec-fetch-site'])
      expect(headers).not.toHaveProperty(name);
    expect(headers['x-forwarded-for']).not.toBe('192.0.2.1');
  });

  it('names the version that the control API knows, whatever a CDN has made of its tag', async () => {
    const { headers } = await asked('/channels/demo', { headers: { ...OWN, 'if-match': 'W/"a-1", "b-2", W/"c-3"' } });
    expect(headers['if-match']).toBe('"a-1", "b-2", "c-3"');
  });

  it('without a token is the control API’s to refuse', async () => {
    expect((await asked('/channels')).headers).not.toHaveProperty('authorization');
  });

  it('of 16 KiB is passed on, and one byte more is not', async () => {
    const post = (sizeBytes: number) => ({ method: 'POST', body: 'x'.repeat(sizeBytes), headers: OWN });
    expect((await asked('/channels', post(16_384))).body).toHaveLength(16_384);
    await refusedWith(await edgeFetch('/api/v1/channels', post(16_385)), 413, 'request-too-large');
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) });
    const streamed = await edgeFetch('/api/v1/channels', { method: 'POST', body: endless, headers: OWN });
    await refusedWith(streamed, 413, 'request-too-large');
  });

  it.each(['/ingest/authorize', '/edge/events', '/%69ngest/authorize', '/x/..%2f..%2fhealthz', '//x', ''])(
    'reaches nothing that is not of programs: %s',
    async (path) => {
      await refusedWith(await edgeFetch(`/api/v1${path}`, { method: 'POST', headers: OWN }), 404, 'no-such-address');
    },
  );

  it.each([
    '/api',
    '/api/',
    '/api/openapi.json',
    '/api/docs',
    '/api/healthz',
    '/api/v2/channels',
    '/api/v1/../healthz',
  ])('leads nowhere at %s', async (path) => void (await refusedWith(await edgeFetch(path), 404, 'no-such-address')));

  it.each(['HEAD', 'OPTIONS', 'PROPFIND'])('is none with %s', async (method) => {
    const answer = await edgeFetch('/api/v1/channels', { method, headers: OWN });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST, PUT, PATCH, DELETE']);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('the control API’s answer', () => {
  const answered = (answer: Parameters<typeof answering>[0]) => edgeFetch(`/api/v1/channels${answering(answer)}`);

  it('comes back with what pages may know of its head, and is kept by nobody', async () => {
    const known = {
      'content-type': 'application/json',
      etag: '"a-1"',
      'retry-after': '3',
      'www-authenticate': 'Bearer realm="sluice-control"',
      allow: 'GET',
      'x-request-id': 'one',
      'idempotency-replayed': 'true',
    };
    const unknown = {
      'set-cookie': 'a=b',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=60',
      server: 'something',
      'content-security-policy': 'none',
    };
    const answer = await answered({ status: 201, headers: { ...known, ...unknown, location: '/v1/channels/demo' } });
    expect([answer.status, Object.fromEntries(answer.headers)]).toEqual([
      201,
      {
        ...known,
        location: '/api/v1/channels/demo',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      },
    ]);
  });

  it('names no place of its own', async () => {
    const here = await answered({
      headers: { 'content-type': 'application/json', location: `${env.CONTROL_URL}/v1/x` },
    });
    expect(here.headers.get('location')).toBe('/api/v1/x');
    const there = { 'content-type': 'application/json', location: 'https://elsewhere.example/v1/x' };
    expect((await answered({ headers: there })).headers.has('location')).toBe(false);
  });

  it('may have no body', async () => {
    const answer = await answered({ status: 204, headers: {}, body: '' });
    expect([answer.status, answer.body]).toEqual([204, null]);
  });

  it('may be its refusal', async () => {
    const problem = { type: 'about:blank', title: 'No', status: 412, code: 'version-mismatch', detail: 'No.' };
    const headers = { 'content-type': PROBLEM_CONTENT_TYPE };
    const answer = await answered({ status: 412, headers, body: JSON.stringify(problem) });
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([
      412,
      PROBLEM_CONTENT_TYPE,
      problem,
    ]);
  });

  it.each([
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<script>alert(1)</script>' }],
    ['no type', { headers: {}, body: '{}' }],
    ['a gateway’s failure', { status: 503, body: '{"message":"Service Unavailable"}' }],
    ['a gateway’s 404', { status: 404, body: '{"message":"Not Found"}' }],
    ['a way elsewhere', { status: 302, headers: { location: 'https://elsewhere.example/' } }],
    ['nothing', { isBroken: true }],
  ] as const)('is none that is %s', async (_what, answer) => {
    const refused = await answered(answer);
    expect(refused.headers.get('retry-after')).toBe('2');
    await refusedWith(refused, 502, 'control-unreachable');
  });

  it('is not there when the gateway lets no more through', async () => {
    const refused = await answered({ status: 429, body: '{"message":"Too Many Requests"}' });
    expect(refused.headers.get('retry-after')).toBe('1');
    await refusedWith(refused, 503, 'control-busy');
  });

  it('may not come in time', async () => {
    const impatient = new Hono().route('/api', apiRoutes({ answerMsMax: 50 }));
    const url = `https://edge.test/api/v1/channels${answering({ isSilent: true })}`;
    const answer = await impatient.request(url, { headers: OWN }, env);
    await refusedWith(answer, 504, 'control-silent');
  });
});

describe('without a control API that answers', () => {
  it('says that there is none', async () => {
    const answer = await edgeWith({ CONTROL_URL: '' })('/api/v1/channels', { headers: OWN });
    await refusedWith(answer, 502, 'control-not-set');
  });

  it('says that it cannot be reached, and tells the log why', async () => {
    const logged = vi.spyOn(console, 'warn');
    const answer = await edgeWith({ CONTROL_URL: 'http://127.0.0.1:1' })('/api/v1/channels', { headers: OWN });
    await refusedWith(answer, 502, 'control-unreachable');
    expect(logged.mock.calls.join()).toContain('the control API did not answer the console');
    expect(logged.mock.calls.join()).not.toContain('api-token-of-the-tests');
  });
});
