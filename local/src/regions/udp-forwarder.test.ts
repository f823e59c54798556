import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UdpForwarder } from './udp-forwarder.ts';

const SEEN = { timeout: 20_000, interval: 10 };
const open: Socket[] = [];
let forwarder: UdpForwarder | undefined;
let near: Socket;
let far: Socket;
let upstreamPort: number;

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** A region: it says its name behind whatever comes. */
async function region(name: string): Promise<Socket> {
  const socket = await bound();
  socket.on('message', (datagram, { port, address }) => socket.send(`${datagram} ${name}`, port, address));
  return socket;
}

async function ask(client: Socket, text: string): Promise<string> {
  const answer = once(client, 'message');
  client.send(text, forwarder?.port ?? 0, '127.0.0.1');
  const [datagram] = await answer;
  return String(datagram);
}

beforeEach(async () => {
  [near, far] = [await region('near'), await region('far')];
  upstreamPort = near.address().port;
});
afterEach(async () => {
  await forwarder?.[Symbol.asyncDispose]();
  for (const socket of open.splice(0)) socket.close();
});

it('sends a new flow to the region that is chosen when it begins, and leaves the old ones where they are', async () => {
  forwarder = await UdpForwarder.listen({ port: 0, upstreamPort: () => upstreamPort });
  const [first, second] = [await bound(), await bound()];
  expect(await ask(first, 'one')).toBe('one near');
  upstreamPort = far.address().port;
  expect(await ask(second, 'two')).toBe('two far');
  expect(await ask(first, 'three')).toBe('three near');
  expect(forwarder.flowCount).toBe(2);
});

it('hears nobody but the region on a flow', async () => {
  const heard = once(near, 'message');
  forwarder = await UdpForwarder.listen({ port: 0, upstreamPort: () => upstreamPort });
  const [client, stranger] = [await bound(), await bound()];
  const answer = ask(client, 'one');
  const [, { port }] = await heard;
  stranger.send('not from the region', port, '127.0.0.1');
  expect(await answer).toBe('one near');
  expect(await ask(client, 'two')).toBe('two near');
});

it('drops what comes of more senders than it may have, and forgets those that say nothing', async () => {
  forwarder = await UdpForwarder.listen({
    port: 0,
    upstreamPort: () => upstreamPort,
    connectionsMax: 1,
    idleMsMax: 200,
  });
  const told = vi.fn();
  near.on('message', (datagram) => told(String(datagram)));
  const [first, second] = [await bound(), await bound()];
  first.send('first', forwarder.port, '127.0.0.1');
  await once(near, 'message');
  second.send('too many', forwarder.port, '127.0.0.1');
  await vi.waitFor(() => expect(forwarder?.flowCount).toBe(0), SEEN);
  expect(await ask(second, 'later')).toBe('later near');
  expect(told.mock.calls.flat()).toEqual(['first', 'later']);
});
