import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TcpFaultProxy } from './tcp-fault-proxy.ts';

const LARGE_BYTES = 2_000_000;

describe('the TCP proxy that breaks things', () => {
  let server: Server;
  let proxy: TcpFaultProxy;
  let accepted: Socket[];
  const clients: Socket[] = [];
  const read = new Map<Socket, Buffer[]>();
  beforeEach(async () => {
    accepted = [];
    // Answers everything with itself.
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    proxy = await TcpFaultProxy.listen({
      upstreamPort: typeof address === 'object' && address !== null ? address.port : 0,
    });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy[Symbol.asyncDispose]();
    for (const socket of accepted) socket.destroy();
    server.close();
  });

  async function open(): Promise<Socket> {
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    clients.push(client);
    const pieces: Buffer[] = [];
    read.set(client, pieces);
    client.on('data', (piece: Buffer) => pieces.push(piece));
    await once(client, 'connect');
    return client;
  }

  /** Everything that came, once it is so much. */
  async function untilRead(client: Socket, countBytes: number): Promise<Buffer> {
    const all = () => Buffer.concat(read.get(client) ?? []);
    while (all().length < countBytes) await once(client, 'data');
    return all();
  }

  it('passes bytes both ways, in order, and the end', async () => {
    const client = await open();
    const sent = Buffer.alloc(LARGE_BYTES).map((_, index) => index % 251);
    const ended = once(client, 'end');
    client.end(sent);
    await ended;
    expect((await untilRead(client, LARGE_BYTES)).equals(sent)).toBe(true);
  });

  it('tells nobody anything while it is silent, and goes on where it was', async () => {
    const client = await open();
    client.write('before');
    await untilRead(client, 6);
    proxy.set({ kind: 'silent' });
    const [other] = accepted;
    const told = vi.fn();
    other?.on('data', told).on('end', told).on('close', told);
    client.write('while');
    // A second connection is taken, and reaches nobody.
    const second = await open();
    second.write('second');
    expect(accepted).toHaveLength(1);
    expect(told).not.toHaveBeenCalled();
    proxy.set({ kind: 'pass' });
    expect((await untilRead(client, 11)).toString()).toBe('beforewhile');
    expect((await untilRead(second, 6)).toString()).toBe('second');
  });

  it('does not tell the server that a client has gone while it is silent', async () => {
    const client = await open();
    client.write('before');
    await untilRead(client, 6);
    proxy.set({ kind: 'silent' });
    client.destroy();
    await once(client, 'close');
    const second = await open();
    second.destroy();
    expect(accepted[0]?.readyState).toBe('open');
    proxy.set({ kind: 'pass' });
    await vi.waitFor(() => expect(accepted[0]?.destroyed).toBe(true), 10_000);
    expect(proxy.connectionCount).toBe(0);
  });

  it('resets the open connections and the new ones', async () => {
    const client = await open();
    client.write('before');
    await untilRead(client, 6);
    proxy.set({ kind: 'reset' });
    await vi.waitFor(() => expect(client.destroyed).toBe(true), 10_000);
    const second = await open().catch(() => undefined);
    await vi.waitFor(() => expect(second?.destroyed ?? true).toBe(true), 10_000);
    expect(proxy.resetCount).toBe(2);
    expect(accepted).toHaveLength(1);
  });

  it('passes everything on when it is slow, a little at a time', async () => {
    proxy.set({ kind: 'slow', bytesPerS: 10_000 });
    const client = await open();
    client.write(Buffer.alloc(1_000, 5));
    expect((await untilRead(client, 1)).length).toBeLessThan(1_000);
    expect((await untilRead(client, 1_000)).length).toBe(1_000);
  });
});
