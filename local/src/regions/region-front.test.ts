import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePorts, type Ports } from '../ports.ts';
import { RegionFront } from './region-front.ts';
import type { RegionState } from './region-life.ts';

/** A region whose ports say its name. */
class NamedRegion {
  state: RegionState = 'healthy';
  readonly ports: Ports;
  readonly #name: string;
  readonly #servers: Server[] = [];
  readonly #udp = createSocket('udp4');

  constructor(name: string, ports: Ports) {
    this.#name = name;
    this.ports = ports;
  }

  async listen(): Promise<this> {
    for (const protocol of ['rtmp', 'rtmps', 'cmaf'] as const) {
      const server = createServer((socket) => socket.end(`${this.#name} ${protocol}`));
      this.#servers.push(server.listen(this.ports[protocol], '127.0.0.1'));
      await once(server, 'listening');
    }
    this.#udp.on('message', (_, { port, address }) => this.#udp.send(`${this.#name} srt`, port, address));
    this.#udp.bind(this.ports.srt, '127.0.0.1');
    await once(this.#udp, 'listening');
    return this;
  }

  close(): void {
    for (const server of this.#servers) server.close();
    this.#udp.close();
  }
}

let near: NamedRegion;
let far: NamedRegion;
let ports: Ports;
let front: RegionFront;
beforeEach(async () => {
  near = await new NamedRegion('near', await freePorts()).listen();
  far = await new NamedRegion('far', await freePorts()).listen();
  ports = await freePorts();
  front = await RegionFront.listen(ports, [near, far]);
});
afterEach(async () => {
  await front[Symbol.asyncDispose]();
  near.close();
  far.close();
});

async function whoAnswers(protocol: 'rtmp' | 'rtmps' | 'cmaf' | 'srt'): Promise<string> {
  if (protocol === 'srt') {
    const client = createSocket('udp4');
    client.send('hello', ports.srt, '127.0.0.1');
    const [datagram] = await once(client, 'message');
    client.close();
    return String(datagram);
  }
  const socket = connect(ports[protocol], '127.0.0.1');
  const [piece] = await once(socket, 'data');
  socket.destroy();
  return String(piece);
}

it.each(['rtmp', 'rtmps', 'cmaf', 'srt'] as const)('sends %s to the region that is chosen', async (protocol) => {
  expect(await whoAnswers(protocol)).toBe(`near ${protocol}`);
  near.state = 'unhealthy';
  expect(await whoAnswers(protocol)).toBe(`far ${protocol}`);
  far.state = 'unhealthy';
  // Rather to one that may refuse than to none.
  expect(await whoAnswers(protocol)).toBe(`near ${protocol}`);
});
