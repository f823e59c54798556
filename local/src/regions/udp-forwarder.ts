import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { LOCAL_HOST } from '../ports.ts';
import type { ForwarderOptions } from './tcp-forwarder.ts';

/** As for connections; datagrams of more senders are dropped. */
const FLOWS_MAX = 1_000;
/** A network load balancer forgets a UDP flow on which nothing passed for so long (AWS, Network Load Balancers). */
const IDLE_MS_MAX = 120_000;
/** About a second of a source of 8 Mbit/s. What a socket cannot send beyond that is dropped, as networks do. */
const QUEUED_BYTES_MAX = 1_000_000;

/** The datagrams of one sender, both ways. */
interface Flow {
  readonly socket: Socket;
  readonly regionPort: number;
  readonly timer: NodeJS.Timeout;
}

/** A UDP port whose flows go on to another one, chosen when a flow begins: by address and port of the sender. */
export class UdpForwarder implements AsyncDisposable {
  readonly #options: Omit<ForwarderOptions, 'connectMsMax'>;
  readonly #socket = createSocket('udp4');
  readonly #flows = new Map<string, Flow>();

  static async listen(options: Omit<ForwarderOptions, 'connectMsMax'>): Promise<UdpForwarder> {
    const forwarder = new UdpForwarder(options);
    forwarder.#socket.bind({ port: options.port, address: LOCAL_HOST, exclusive: true });
    await once(forwarder.#socket, 'listening');
    return forwarder;
  }

  private constructor(options: Omit<ForwarderOptions, 'connectMsMax'>) {
    this.#options = options;
    this.#socket.on('message', (datagram, sender) => {
      const key = `${sender.address}:${sender.port}`;
      const flow = this.#flows.get(key) ?? this.#begin(key, sender);
      if (flow === undefined) return;
      flow.timer.refresh();
      send(flow.socket, datagram, { address: LOCAL_HOST, port: flow.regionPort });
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get flowCount(): number {
    return this.#flows.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const key of this.#flows.keys()) this.#end(key);
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #begin(key: string, sender: RemoteInfo): Flow | undefined {
    if (this.#flows.size >= (this.#options.connectionsMax ?? FLOWS_MAX)) return undefined;
    const regionPort = this.#options.upstreamPort();
    const socket = createSocket('udp4');
    const timer = setTimeout(() => this.#end(key), this.#options.idleMsMax ?? IDLE_MS_MAX);
    // A region that is dead says nothing: the flow goes on to it until whoever sends gives up.
    socket.on('error', () => undefined);
    socket.on('message', (datagram, from) => {
      if (from.port !== regionPort || from.address !== LOCAL_HOST) return;
      timer.refresh();
      send(this.#socket, datagram, sender);
    });
    const flow = { socket, regionPort, timer };
    this.#flows.set(key, flow);
    return flow;
  }

  #end(key: string): void {
    const flow = this.#flows.get(key);
    if (flow === undefined) return;
    this.#flows.delete(key);
    clearTimeout(flow.timer);
    flow.socket.close();
  }
}

function send(socket: Socket, datagram: Buffer, to: { readonly address: string; readonly port: number }): void {
  if (socket.getSendQueueSize() <= QUEUED_BYTES_MAX) socket.send(datagram, to.port, to.address, () => undefined);
}
