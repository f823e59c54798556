import { PROBLEM_CONTENT_TYPE, Problem } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX } from './http/json-body.ts';
import { ADMIN_TOKEN, NODE_TOKEN, refusalOf, TestApp } from './test-app.ts';

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
});
afterEach(() => app[Symbol.dispose]());

describe('the open doors', () => {
  it('answer without a token', async () => {
    expect(await (await app.request('/healthz')).text()).toBe('ok\n');
    expect((await app.request('/healthz', { method: 'HEAD' })).status).toBe(200);
  });

  it('show the public half of the signing key, and let it be kept for a while', async () => {
    const answer = await app.request('/.well-known/jwks.json');
    expect(answer.headers.get('content-type')).toBe('application/jwk-set+json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual(app.signer.jwks);
    expect(text).not.toContain('"d"');
  });
});

describe('tokens', () => {
  const doors = [
    { method: 'POST', path: '/v1/ingest/authorize', other: ADMIN_TOKEN },
    { method: 'POST', path: '/v1/ingest/renew', other: ADMIN_TOKEN },
    { method: 'POST', path: '/v1/ingest/check', other: ADMIN_TOKEN },
    { method: 'POST', path: '/v1/ingest/events', other: ADMIN_TOKEN },
    { method: 'GET', path: '/v1/channels', other: NODE_TOKEN },
    { method: 'POST', path: '/v1/channels/demo/kick', other: NODE_TOKEN },
    { method: 'GET', path: '/v1/channels/demo/events', other: NODE_TOKEN },
    { method: 'GET', path: '/v1/channels/demo', other: NODE_TOKEN },
    { method: 'DELETE', path: '/v1/channels/demo', other: NODE_TOKEN },
    { method: 'GET', path: '/v1/channels/demo/stream-keys', other: NODE_TOKEN },
  ];

  it.each(doors)('$method $path lets nobody in without its own token', async ({ method, path, other }) => {
    const headers = [undefined, 'Bearer', 'Bearer wrong', `Bearer ${other}`, `Basic ${other}`, `${other}`];
    for (const authorization of headers) {
      const answer = await app.request(path, { method, ...(authorization ? { headers: { authorization } } : {}) });
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(await refusalOf(answer)).toEqual([401, 'token-invalid']);
    }
  });

  it('are taken whatever the case of the scheme', async () => {
    const answer = await app.request('/v1/channels', { headers: { authorization: `bearer ${ADMIN_TOKEN}` } });
    expect(answer.status).toBe(200);
  });
});

describe('every refusal', () => {
  it('is a Problem that no cache keeps', async () => {
    const answer = await app.request('/nothing/here');
    expect(answer.headers.get('content-type')).toBe(PROBLEM_CONTENT_TYPE);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Problem.parse(await answer.json())).toMatchObject({ status: 404, code: 'no-such-address' });
  });

  it('names the methods that an address does take', async () => {
    const answer = await app.admin('PUT', '/v1/channels/demo', {});
    expect(answer.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE');
    expect(await refusalOf(answer)).toEqual([405, 'method-not-allowed']);
    expect(await refusalOf(await app.request('/healthz', { method: 'POST' }))).toEqual([405, 'method-not-allowed']);
  });

  it('says 415 to anything but JSON', async () => {
    for (const type of ['text/plain', 'application/jsonp', 'application/json;', '']) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': type };
      const answer = await app.request('/v1/channels', { method: 'POST', headers, body: '{"channelId":"one"}' });
      expect(await refusalOf(answer)).toEqual([415, 'media-type-unsupported']);
    }
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json; charset=utf-8' };
    const answer = await app.request('/v1/channels', { method: 'POST', headers, body: '{"channelId":"one"}' });
    expect(answer.status).toBe(201);
  });

  it('says 413 to one byte too much, with and without a content-length', async () => {
    const fill = (sizeBytes: number) => `{"channelId":"one"${' '.repeat(sizeBytes - 19)}}`;
    const send = (body: string, isMeasured: boolean) =>
      app.request('/v1/channels', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          'content-type': 'application/json',
          ...(isMeasured ? { 'content-length': String(body.length) } : {}),
        },
        body,
      });
    for (const isMeasured of [true, false]) {
      expect(await refusalOf(await send(fill(BODY_BYTES_MAX + 1), isMeasured))).toEqual([413, 'request-too-large']);
      expect((await send(fill(BODY_BYTES_MAX), isMeasured)).status).toBeLessThan(300);
    }
  });

  it('names the wrong fields, and none of their values', async () => {
    const answer = await app.admin('POST', '/v1/channels', {
      channelId: 'SECRET',
      profile: 'SECRET',
      reconnectWindowMs: -1,
    });
    const { status, detail } = Problem.parse(await answer.json());
    expect(status).toBe(400);
    expect(detail).toMatch(/channelId: a channel id is .*profile: .*reconnectWindowMs: /);
    expect(detail).not.toContain('SECRET');
  });

  it('quotes nothing of a body that is not JSON', async () => {
    for (const body of ['{"streamKey": "SECRET" oops', '', new Uint8Array([0x22, 0xff, 0x22])]) {
      const headers = { authorization: `Bearer ${NODE_TOKEN}`, 'content-type': 'application/json' };
      const answer = await app.request('/v1/ingest/authorize', { method: 'POST', headers, body });
      const text = await answer.text();
      expect([answer.status, JSON.parse(text).code]).toEqual([400, 'request-invalid']);
      expect(text).not.toContain('SECRET');
    }
  });

  it('logs a failure of ours and tells the caller nothing of it', async () => {
    app.table.close();
    const answer = await app.admin('GET', '/v1/channels');
    const text = await answer.text();
    expect([answer.status, JSON.parse(text).code]).toEqual([500, 'internal-error']);
    expect(text).not.toMatch(/database|\.ts/);
    expect(app.logLines).toHaveLength(1);
    expect(app.logLines[0]).toContain('database is not open');
  });

  it('is not logged as a failure', async () => {
    await app.admin('GET', '/v1/channels/nobody');
    await app.node('/v1/ingest/authorize', { streamKey: 1 });
    expect(app.logLines).toEqual([]);
  });
});
