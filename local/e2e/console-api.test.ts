import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { ConsoleSetup, Problem } from '@sluice/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BarePages, serveBarePages } from '../src/browser/bare-page.ts';
import { TestSystem } from '../src/test-system.ts';

const Channels = z.object({ channels: z.array(z.looseObject({ channelId: z.string() })) });
const MadeChannel = z.looseObject({ channelId: z.string() });
const MadeKey = z.looseObject({ keyId: z.string(), streamKey: z.string() });
const MadeToken = z.looseObject({ apiToken: z.string() });

let test: TestSystem;
let pages: BarePages;
beforeAll(async () => {
  test = await TestSystem.start();
  pages = await serveBarePages();
});
afterAll(async () => {
  await pages?.close();
  await test?.[Symbol.asyncDispose]();
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: unknown;
}

/** Not fetch: that one decides itself what stands in Host, and resolves dots in paths. */
async function ask(base: string, path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answered> {
  const { hostname, port } = new URL(base);
  const sent = request({ hostname, port, path, method, headers: { host: `${hostname}:${port}`, ...headers } });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: answer.statusCode, headers: answer.headers, json: text === '' ? undefined : JSON.parse(text) };
}

/** As Chromium sends it for a page of the edge; what it really sends is seen below. */
function fromPage(path: string, { method = 'GET', body, headers }: Asked = {}): Promise<Answered> {
  const { edgeUrl } = test.system;
  const written = method === 'GET' ? {} : { origin: edgeUrl, 'content-type': 'application/json' };
  return ask(edgeUrl, path, {
    method,
    headers: { 'sec-fetch-site': 'same-origin', ...written, ...headers },
    ...(body !== undefined && { body }),
  });
}

function codeOf({ status, json }: Answered): readonly [number, string] {
  return [status, Problem.parse(json).code];
}

describe('the console of a local system', () => {
  it('is told where publishers push to, and that it is open', async () => {
    const { rtmpUrl, rtmpsUrl, srtUrl, cmafUrl } = test.system;
    const { status, json } = await fromPage('/api/console.json');
    expect([status, ConsoleSetup.parse(json)]).toMatchObject([
      200,
      { access: 'open', canSignIn: true, ingest: [{ rtmpUrl, rtmpsUrl, srtUrl, cmafUrl, isSelfSigned: true }] },
    ]);
  });

  it('makes a channel and a stream key without a token, and changes it by its version', async () => {
    const made = await fromPage('/api/v1/channels', { method: 'POST', body: '{"channelId":"made-here"}' });
    expect([made.status, made.headers.location, MadeChannel.parse(made.json).channelId]).toEqual([
      201,
      '/api/v1/channels/made-here',
      'made-here',
    ]);
    expect(made.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const key = await fromPage('/api/v1/channels/made-here/stream-keys', { method: 'POST', body: '{}' });
    expect(key.status).toBe(201);
    expect(MadeKey.parse(key.json).streamKey.length).toBeGreaterThan(16);
    const { etag } = (await fromPage('/api/v1/channels/made-here')).headers;
    // As a CDN that compresses hands it on.
    const headers = { 'if-match': `W/${etag}` };
    const change = { method: 'PATCH', body: '{"dvrWindowS":600}', headers };
    const changed = await fromPage('/api/v1/channels/made-here', change);
    expect([changed.status, changed.json]).toMatchObject([200, { channelId: 'made-here', dvrWindowS: 600 }]);
    expect(codeOf(await fromPage('/api/v1/channels/made-here', change))).toEqual([412, 'version-mismatch']);
  });

  it('does once what is asked twice with the same key, and lists it', async () => {
    const headers = { 'idempotency-key': 'made-once-0123456789' };
    const create = { method: 'POST', body: '{"channelId":"made-once"}', headers };
    const [first, again] = [await fromPage('/api/v1/channels', create), await fromPage('/api/v1/channels', create)];
    expect([first.status, again.status, again.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    const { channels } = Channels.parse((await fromPage('/api/v1/channels?limit=100')).json);
    expect(channels.map(({ channelId }) => channelId)).toEqual(
      expect.arrayContaining(['demo', 'made-here', 'made-once']),
    );
  });

  it('is closed to every other name, also where a page says what the address was', async () => {
    const { port } = new URL(test.system.edgeUrl);
    const rebound = { host: `rebound.example:${port}`, origin: `http://rebound.example:${port}` };
    for (const more of [{}, { 'mf-original-url': `${test.system.edgeUrl}/api/v1/channels` }]) {
      const { host } = rebound;
      expect(codeOf(await fromPage('/api/v1/channels', { headers: { host, ...more } }))).toEqual([
        403,
        'console-not-open',
      ]);
      const write = { method: 'POST', body: '{"channelId":"made-there"}', headers: { ...rebound, ...more } };
      expect((await fromPage('/api/v1/channels', write)).status).toBe(403);
    }
    const { json } = await fromPage('/api/v1/channels/made-there');
    expect(Problem.parse(json).code).toBe('no-such-channel');
  });

  it('lets programs in with a token, and no further than its scopes', async () => {
    const { edgeUrl, adminToken } = test.system;
    expect(codeOf(await ask(edgeUrl, '/api/v1/channels'))).toEqual([403, 'console-not-open']);
    const asAdmin = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const made = await ask(edgeUrl, '/api/v1/api-tokens', {
      method: 'POST',
      headers: asAdmin,
      body: '{"name":"console","scopes":["channels:read"]}',
    });
    const headers = {
      authorization: `Bearer ${MadeToken.parse(made.json).apiToken}`,
      'content-type': 'application/json',
    };
    expect((await ask(edgeUrl, '/api/v1/channels', { headers })).status).toBe(200);
    const refused = await ask(edgeUrl, '/api/v1/channels', { method: 'POST', headers, body: '{"channelId":"never"}' });
    expect(codeOf(refused)).toEqual([403, 'scope-missing']);
    const unknown = await ask(edgeUrl, '/api/v1/channels', { headers: { authorization: 'Bearer nobody' } });
    expect(codeOf(unknown)).toEqual([401, 'token-invalid']);
    expect(unknown.headers['www-authenticate']).toContain('Bearer');
  });

  it.each([
    '/api/v1/../../healthz',
    '/api/v1/../v1/ingest/check',
    '/api/v1/%2e%2e/healthz',
    '/api/v1/..%2f..%2fhealthz',
    '/api/v1/..\\..\\healthz',
    '/api/v1//healthz',
    '/api/v1/ingest/check',
    '/api/v1/x/../edge/events',
    '/%61pi/v1/channels',
  ])('leads nowhere but to what is of programs: %s', async (path) => {
    expect((await fromPage(path)).status).toBe(404);
  });

  it('takes bodies that the control API takes, and none that it does not', async () => {
    const { edgeUrl, controlUrl, adminToken } = test.system;
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const codes = async (sizeBytes: number) => {
      const asked = { method: 'POST', headers, body: `{"x":"${'x'.repeat(sizeBytes - 8)}"}` };
      return [
        codeOf(await ask(edgeUrl, '/api/v1/channels', asked)),
        codeOf(await ask(controlUrl, '/v1/channels', asked)),
      ];
    };
    expect(await codes(16_384)).toEqual([
      [400, 'request-invalid'],
      [400, 'request-invalid'],
    ]);
    expect(await codes(16_385)).toEqual([
      [413, 'request-too-large'],
      [413, 'request-too-large'],
    ]);
  });
});

describe('Chromium', () => {
  it('says of the edge’s own pages what the open console wants to hear', async () => {
    const { page, close } = await test.newPage();
    for (const origin of [test.system.edgeUrl, test.system.edgeUrl.replace('127.0.0.1', 'localhost')]) {
      await page.goto(`${origin}/watch/demo`);
      const statuses = await page.evaluate(`Promise.all([
        fetch('/api/v1/channels'),
        fetch('/api/v1/channels/demo', { method: 'PATCH', body: '{}', headers: { 'content-type': 'application/json' } }),
        fetch('/api/console.json').then(async (answer) => ({ status: (await answer.json()).access })),
      ]).then((answers) => answers.map(({ status }) => status))`);
      expect(statuses).toEqual([200, 200, 'open']);
    }
    await close();
  });

  it('lets a page of another port change nothing, and read nothing', async () => {
    const { page, close } = await test.newPage();
    await page.goto(pages.url('hls', ''));
    const api = JSON.stringify(`${test.system.edgeUrl}/api/v1/channels`);
    const failures: string[] = [];
    page.on('requestfailed', (failed) => failures.push(`${failed.method()} ${failed.failure()?.errorText}`));
    const outcomes = await page.evaluate(`Promise.allSettled([
      fetch(${api}),
      fetch(${api}, { method: 'POST', mode: 'no-cors', body: '{"channelId":"made-by-another"}' }),
      fetch(${api}, { method: 'DELETE' }),
    ]).then((all) => all.map(({ status }) => status))`);
    expect(outcomes).toEqual(['rejected', 'rejected', 'rejected']);
    // It was answered, and the answer said that it is for pages of its own origin.
    expect(failures).toContainEqual(expect.stringMatching(/^POST .*BLOCKED_BY_RESPONSE/));
    const { json } = await fromPage('/api/v1/channels/made-by-another');
    expect(Problem.parse(json).code).toBe('no-such-channel');
    await close();
  });
});
