import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpFaultProxy } from './http-fault-proxy.ts';

/** More than a socket holds, so that it must be streamed. */
const LARGE_BYTES = 3_000_000;

interface Seen {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

describe('the HTTP proxy that breaks things', () => {
  let server: Server;
  let proxy: HttpFaultProxy;
  let seen: Seen[];
  beforeEach(async () => {
    seen = [];
    server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      seen.push({ request, body: Buffer.concat(pieces) });
      response.writeHead(201, { 'x-answer': 'yes' }).end(Buffer.alloc(LARGE_BYTES, 7));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    proxy = await HttpFaultProxy.listen({ upstream: `http://127.0.0.1:${port}/base`, methods: ['PUT'] });
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });

  const put = (signal?: AbortSignal) =>
    fetch(`${proxy.url}/key?x=%20y`, {
      method: 'PUT',
      body: Buffer.alloc(LARGE_BYTES, 3),
      headers: { 'x-amz-date': '20261125' },
      ...(signal && { signal }),
    });

  it('passes everything on as it came, the Host header too', async () => {
    const answer = await put();
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-answer')).toBe('yes');
    expect((await answer.bytes()).length).toBe(LARGE_BYTES);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.request.url).toBe('/base/key?x=%20y');
    expect(seen[0]?.request.headers).toMatchObject({ 'x-amz-date': '20261125', host: new URL(proxy.url).host });
    expect(seen[0]?.body.equals(Buffer.alloc(LARGE_BYTES, 3))).toBe(true);
    expect(proxy.count('pass')).toBe(1);
  });

  it('answers a status without asking the server', async () => {
    await proxy.set({ kind: 'status', status: 503 });
    expect((await put()).status).toBe(503);
    expect(seen).toEqual([]);
    expect(proxy.count('status')).toBe(1);
  });

  it('lets methods pass that the fault is not about', async () => {
    await proxy.set({ kind: 'status', status: 503 });
    expect((await fetch(proxy.url)).status).toBe(201);
  });

  it('passes a request on later', async () => {
    await proxy.set({ kind: 'delay', delayMs: 1 });
    expect((await put()).status).toBe(201);
    expect(proxy.count('delay')).toBe(1);
  });

  it('passes a body on over a thin line, whole', async () => {
    await proxy.set({ kind: 'thin', bytesPerS: 1_000_000_000 });
    expect((await put()).status).toBe(201);
    expect(seen[0]?.body.length).toBe(proxy.bodyBytes);
    expect(proxy.count('thin')).toBe(1);
  });

  it('never answers while it hangs', async () => {
    await proxy.set({ kind: 'hang' });
    const giveUp = new AbortController();
    const asked = put(giveUp.signal);
    while (proxy.count('hang') === 0) await new Promise(setImmediate);
    giveUp.abort();
    await expect(asked).rejects.toThrow();
    expect(seen).toEqual([]);
  });

  it('breaks an answer in the middle', async () => {
    await proxy.set({ kind: 'cut' });
    const answer = await put();
    expect(answer.status).toBe(201);
    await expect(answer.bytes()).rejects.toThrow();
    expect(seen).toHaveLength(1);
  });

  it('refuses connections, kept ones too, and comes back under the same address', async () => {
    await (await put()).bytes();
    const { url } = proxy;
    await proxy.set({ kind: 'refuse' });
    await expect(put()).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'ECONNREFUSED' }) }),
    );
    await proxy.set({ kind: 'pass' });
    expect(proxy.url).toBe(url);
    expect((await put()).status).toBe(201);
  });
});
