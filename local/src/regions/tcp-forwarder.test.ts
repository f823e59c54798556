import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TcpForwarder } from './tcp-forwarder.ts';

const LARGE_BYTES = 5_000_000;
/** What Node reads ahead and holds back for each way of a connection, with room. */
const HELD_BYTES_MAX = 500_000;
const SEEN = { timeout: 20_000, interval: 10 };

/** A region's port: it answers everything with itself, behind its own name. */
class Region {
  readonly accepted: Socket[] = [];
  readonly server: Server;

  constructor(name: string, { isReading = true } = {}) {
    this.server = createServer({ allowHalfOpen: true, pauseOnConnect: !isReading }, (socket) => {
      this.accepted.push(socket);
      socket.on('error', () => undefined);
      socket.write(name);
      if (isReading) socket.pipe(socket);
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return portOf(this.server);
  }

  /** As a process that was killed: its port is closed, and its connections are gone. */
  die(): void {
    this.server.close();
    for (const socket of this.accepted) socket.resetAndDestroy();
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('the front of TCP', () => {
  let near: Region;
  let far: Region;
  let ports: { near: number; far: number };
  let upstreamPort: number;
  let forwarder: TcpForwarder | undefined;
  const clients: Socket[] = [];
  const read = new Map<Socket, Buffer[]>();

  beforeEach(async () => {
    near = new Region('near ');
    far = new Region('far ');
    ports = { near: await near.listen(), far: await far.listen() };
    upstreamPort = ports.near;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await forwarder?.[Symbol.asyncDispose]();
    near.die();
    far.die();
  });

  async function listen(limits: Partial<Parameters<typeof TcpForwarder.listen>[0]> = {}): Promise<void> {
    forwarder = await TcpForwarder.listen({ port: 0, upstreamPort: () => upstreamPort, ...limits });
  }

  async function open({ allowHalfOpen = false } = {}): Promise<Socket> {
    const client = connect({ port: forwarder?.port ?? 0, host: '127.0.0.1', allowHalfOpen });
    client.on('error', () => undefined);
    clients.push(client);
    const pieces: Buffer[] = [];
    read.set(client, pieces);
    client.on('data', (piece: Buffer) => pieces.push(piece));
    await once(client, 'connect');
    return client;
  }

  async function untilRead(client: Socket, text: string): Promise<void> {
    await vi.waitFor(() => expect(Buffer.concat(read.get(client) ?? []).toString()).toBe(text), SEEN);
  }

  async function untilClosed(socket: Socket | undefined): Promise<void> {
    await vi.waitFor(() => expect(socket?.destroyed).toBe(true), SEEN);
  }

  it('sends a new connection to the region that is chosen when it comes, and leaves the old ones where they are', async () => {
    await listen();
    const first = await open();
    await untilRead(first, 'near ');
    upstreamPort = ports.far;
    const second = await open();
    await untilRead(second, 'far ');
    first.write('still here');
    await untilRead(first, 'near still here');
  });

  it('passes everything on, and each half of a connection ends for itself', async () => {
    await listen();
    const client = await open();
    const sent = Buffer.alloc(LARGE_BYTES, 7);
    const ended = once(client, 'end');
    // The client has ended its half, and what it sent still comes back to it.
    client.end(sent);
    await ended;
    expect(Buffer.concat(read.get(client) ?? []).length).toBe('near '.length + LARGE_BYTES);
  });

  it('breaks the connections of a region that died, and of a client that broke off', async () => {
    await listen();
    const cut = await open();
    await untilRead(cut, 'near ');
    near.die();
    await untilClosed(cut);
    upstreamPort = ports.far;
    const leaver = await open();
    await untilRead(leaver, 'far ');
    leaver.resetAndDestroy();
    await untilClosed(far.accepted[0]);
  });

  it('closes a connection to a region that is not there, and chooses none by itself', async () => {
    near.die();
    await listen();
    const client = connect({ port: forwarder?.port ?? 0, host: '127.0.0.1' });
    const [error] = await once(client, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(far.accepted).toHaveLength(0);
  });

  it('holds next to nothing for a region that reads slowly', async () => {
    const slow = new Region('slow ', { isReading: false });
    upstreamPort = await slow.listen();
    await listen();
    const client = await open();
    await untilRead(client, 'slow ');
    client.end(Buffer.alloc(LARGE_BYTES));
    const [socket] = slow.accepted;
    let readBytes = 0;
    while (readBytes < LARGE_BYTES) {
      const piece: unknown = socket?.read();
      readBytes += Buffer.isBuffer(piece) ? piece.length : 0;
      expect(forwarder?.heldBytes).toBeLessThan(HELD_BYTES_MAX);
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.die();
  });

  it('takes no more connections than it may, and one again when one has gone', async () => {
    await listen({ connectionsMax: 2 });
    const [first, second] = [await open(), await open()];
    await untilRead(first, 'near ');
    await untilRead(second, 'near ');
    await untilClosed(await open());
    expect(near.accepted).toHaveLength(2);
    first.destroy();
    await untilClosed(near.accepted[0]);
    await untilRead(await open(), 'near ');
  });

  it('forgets a connection on which nothing passes, half closed or not', async () => {
    await listen({ idleMsMax: 50 });
    await untilClosed(await open());
    const halfClosed = await open({ allowHalfOpen: true });
    await untilRead(halfClosed, 'near ');
    // The region has ended its half, and the client never ends the other one.
    near.accepted[1]?.end();
    await Promise.all(near.accepted.map(untilClosed));
    await vi.waitFor(() => {
      halfClosed.write('to nobody');
      expect(halfClosed.destroyed).toBe(true);
    }, SEEN);
  });

  it('ends with all of its connections', async () => {
    await listen();
    const client = await open();
    await untilRead(client, 'near ');
    await forwarder?.[Symbol.asyncDispose]();
    forwarder = undefined;
    await untilClosed(client);
    await untilClosed(near.accepted[0]);
  });
});
