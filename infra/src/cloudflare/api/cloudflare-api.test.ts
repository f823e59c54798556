import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CloudflareApi, path } from './cloudflare-api.ts';
import { CloudflareError } from './cloudflare-error.ts';
import { retryAfterMs, retryDelayMs } from './retry-delay.ts';

const TOKEN = 'token-of-the-tests-0123456789';
const OK = { status: 200, body: '{"success":true,"result":{"name":"it"},"errors":[],"messages":[]}' };

interface Planned {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let server: Server;
let answers: Planned[];
let asked: { readonly line: string; readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[];
let waits: number[];
let api: CloudflareApi;
beforeEach(async () => {
  answers = [];
  asked = [];
  waits = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    const answer = answers.shift();
    if (answer === undefined) return void response.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const sleep = async (ms: number) => void waits.push(ms);
  api = new CloudflareApi({ token: TOKEN, baseUrl, sleep, nowMs: () => 0, random: () => 0.5 });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE' = 'GET', body?: unknown) {
  return api.ask({ method, path: '/zones/z', body, permission: 'zone-read', result: z.object({ name: z.string() }) });
}

async function failure(promise: Promise<unknown>): Promise<CloudflareError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof CloudflareError)) throw new Error(`no CloudflareError: ${String(error)}`);
  expect(`${error.message} ${JSON.stringify(error)} ${error.stack}`).not.toContain(TOKEN);
  return error;
}

function refusal(status: number, code: number, headers: Planned['headers'] = {}): Planned {
  return { status, body: JSON.stringify({ success: false, errors: [{ code, message: 'no' }], result: null }), headers };
}

describe('a call to Cloudflare', () => {
  it('is signed by the token, and its answer is checked', async () => {
    answers = [OK];
    expect(await ask('PUT', { a: 1 })).toEqual({ name: 'it' });
    expect(asked).toMatchObject([
      {
        line: 'PUT /zones/z',
        body: '{"a":1}',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      },
    ]);
  });

  it('of another form is an error, not a surprise later', async () => {
    answers = [{ ...OK, body: '{"success":true,"result":{"name":7}}' }];
    expect(await failure(ask())).toMatchObject({ code: 'unforeseen' });
    answers = [{ status: 200, body: '<html>' }];
    expect(await failure(ask())).toMatchObject({ code: 'unforeseen' });
  });

  it('is tried again when Cloudflare is busy or away, each time later', async () => {
    answers = [refusal(503, 1), { status: 502, body: 'bad gateway' }, OK];
    expect(await ask()).toEqual({ name: 'it' });
    expect(waits).toEqual([375, 750]);
  });

  it('waits as long as Cloudflare says', async () => {
    answers = [refusal(429, 1, { 'retry-after': '7' }), OK];
    await ask();
    expect(waits).toEqual([7_000]);
  });

  it('is given up after five tries', async () => {
    expect(await failure(ask())).toMatchObject({ code: 'unreachable', isPassing: true });
    expect(asked).toHaveLength(5);
  });

  it('that makes something is not tried again by itself, unless it was turned away at the door', async () => {
    answers = [refusal(503, 1)];
    expect(await failure(ask('POST', {}))).toMatchObject({ code: 'busy' });
    expect(asked).toHaveLength(1);
    answers = [refusal(429, 1), OK];
    expect(await ask('POST', {})).toEqual({ name: 'it' });
  });

  it.each([
    [403, 10_000],
    [403, 9_109],
    [400, 9_109],
    [401, 1],
  ])('that the token may not make says which permission is missing (HTTP %i, code %i)', async (status, code) => {
    answers = [refusal(status, code)];
    const error = await failure(ask());
    expect([error.code, error.message]).toEqual(['denied', expect.stringContaining('needs the permission Zone Read')]);
  });

  it('says Cloudflare’s own words where no permission mends it', async () => {
    answers = [refusal(403, 10_042)];
    expect(await failure(ask())).toMatchObject({ code: 'refused', codes: [10_042] });
  });

  it('is not sent on to where a redirect points', async () => {
    answers = [{ status: 302, body: '', headers: { location: '/elsewhere' } }];
    await failure(ask());
    expect(asked.map(({ line }) => line)).not.toContain('GET /elsewhere');
  });

  it('for what is not there finds nothing', async () => {
    answers = [refusal(404, 1_001)];
    expect(await api.find({ method: 'GET', path: '/x', permission: 'r2', result: z.unknown() })).toBeUndefined();
  });

  it('tells afterwards whether anything can have changed', async () => {
    answers = [OK, OK];
    await ask();
    expect(api.hasChanged).toBe(false);
    await ask('DELETE');
    expect(api.hasChanged).toBe(true);
  });

  it('reads all pages of a list', async () => {
    const pageOf = (name: string) => ({
      status: 200,
      body: JSON.stringify({ success: true, result: [name], result_info: { total_pages: 2 } }),
    });
    answers = [pageOf('a'), pageOf('b')];
    expect(await api.list({ path: '/x', permission: 'dns', result: z.string() })).toEqual(['a', 'b']);
    expect(asked.map(({ line }) => line)).toEqual(['GET /x?page=1&per_page=50', 'GET /x?page=2&per_page=50']);
  });

  it('has every value of its path encoded', () => expect(path`/a/${'b/../c'}`).toBe('/a/b%2F..%2Fc'));
});

describe('a step', () => {
  it('is done again as a whole where it failed for a reason that passes', async () => {
    answers = [refusal(503, 1), OK, OK];
    const step = async () => {
      await ask('POST', {});
      return await ask();
    };
    expect(await api.converge(step)).toEqual({ name: 'it' });
    expect(asked.map(({ line }) => line)).toEqual(['POST /zones/z', 'POST /zones/z', 'GET /zones/z']);
  });

  it('is not where it was refused', async () => {
    answers = [refusal(400, 1)];
    await failure(api.converge(() => ask('POST', {})));
    expect(asked).toHaveLength(1);
  });
});

describe('how long to wait', () => {
  it.each([
    [null, undefined],
    ['3', 3_000],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 8_000],
    ['soon', undefined],
  ])('is read out of Retry-After: %s', (header, ms) => expect(retryAfterMs(header, 2_000)).toBe(ms));

  it('doubles, up to twenty seconds', () => {
    expect([0, 1, 2, 10].map((attempt) => retryDelayMs(attempt, undefined, 1))).toEqual([500, 1_000, 2_000, 20_000]);
  });

  it('is never more than five minutes', () => expect(retryDelayMs(0, 9_999_999, 0)).toBe(300_000));
});
