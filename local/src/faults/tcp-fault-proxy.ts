import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { LOCAL_HOST } from '../ports.ts';

/**
 * What becomes of connections, the open ones too. `silent`: nothing passes and nobody is told, as when a cable is
 * pulled; new ones are taken and wait. `reset`: broken at once, new ones too. `slow`: no more than so much a second,
 * each way.
 */
export type TcpFault =
  | { readonly kind: 'pass' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'slow'; readonly bytesPerS: number };

const PASS: TcpFault = { kind: 'pass' };
/** How often a slow connection may send its share. */
const SHARE_MS = 20;

/** One way of a connection. Reads only while it may write, so that no more than one piece is ever held. */
class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #fault: () => TcpFault;
  #held: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(from: Socket, to: Socket, fault: () => TcpFault) {
    this.#from = from;
    this.#to = to;
    this.#fault = fault;
    from.on('data', (piece: Buffer) => {
      from.pause();
      this.#held = piece;
      this.pump();
    });
    from.on('end', () => {
      this.#hasEnded = true;
      this.pump();
    });
    to.on('drain', () => this.pump());
  }

  /** Passes on what may be passed on now. */
  pump(): void {
    clearTimeout(this.#timer);
    const fault = this.#fault();
    if (fault.kind === 'silent' || fault.kind === 'reset' || this.#to.destroyed) return;
    if (this.#held === undefined) {
      if (this.#hasEnded) this.#to.end();
      else if (!this.#to.writableNeedDrain) this.#from.resume();
      return;
    }
    const countMax = fault.kind === 'slow' ? Math.max(1, (fault.bytesPerS * SHARE_MS) / 1_000) : this.#held.length;
    const now = this.#held.subarray(0, countMax);
    const rest = this.#held.subarray(now.length);
    this.#held = rest.length === 0 ? undefined : rest;
    this.#to.write(now);
    if (fault.kind === 'slow') this.#timer = setTimeout(() => this.pump(), SHARE_MS);
    else this.pump();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

interface Link {
  readonly client: Socket;
  readonly lanes: Lane[];
  server?: Socket;
}

/** Stands in front of a TCP server and breaks what it is told to break. */
export class TcpFaultProxy implements AsyncDisposable {
  readonly #upstreamPort: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #fault = PASS;
  #resetCount = 0;

  /** Listens on 127.0.0.1, on a port that the system chooses; the real server is there too. */
  static async listen(options: { readonly upstreamPort: number }): Promise<TcpFaultProxy> {
    const proxy = new TcpFaultProxy(options.upstreamPort);
    proxy.#server.listen({ port: 0, host: LOCAL_HOST });
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(upstreamPort: number) {
    this.#upstreamPort = upstreamPort;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get connectionCount(): number {
    return this.#links.size;
  }

  /** Connections that `reset` has broken. */
  get resetCount(): number {
    return this.#resetCount;
  }

  set(fault: TcpFault): void {
    this.#fault = fault;
    for (const link of this.#links) {
      const isHalfGone = link.client.destroyed || link.server?.destroyed === true;
      if (fault.kind === 'reset') this.#reset(link);
      else if (fault.kind !== 'silent' && isHalfGone) this.#drop(link);
      else if (fault.kind !== 'silent') this.#connect(link);
      for (const lane of link.lanes) lane.pump();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const link of this.#links) this.#drop(link);
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    const link: Link = { client, lanes: [] };
    this.#links.add(link);
    client.on('error', () => this.#drop(link));
    client.on('close', () => this.#left(link));
    client.pause();
    if (this.#fault.kind === 'reset') this.#reset(link);
    else if (this.#fault.kind !== 'silent') this.#connect(link);
  }

  #connect(link: Link): void {
    if (link.server !== undefined || link.client.destroyed) return;
    const { client } = link;
    const server = connect({ port: this.#upstreamPort, host: LOCAL_HOST, allowHalfOpen: true, noDelay: true });
    link.server = server;
    client.setNoDelay(true);
    server.on('error', () => this.#drop(link));
    server.on('close', () => this.#left(link));
    const fault = () => this.#fault;
    link.lanes.push(new Lane(client, server, fault), new Lane(server, client, fault));
    client.resume();
  }

  /** One side is gone. The other must not notice while it is silent, but afterwards. */
  #left(link: Link): void {
    if (this.#fault.kind === 'silent' && this.#server.listening) return;
    this.#drop(link);
  }

  #reset(link: Link): void {
    this.#resetCount += 1;
    link.client.resetAndDestroy();
    link.server?.resetAndDestroy();
    this.#drop(link);
  }

  #drop(link: Link): void {
    this.#links.delete(link);
    for (const lane of link.lanes) lane.stop();
    link.client.destroy();
    link.server?.destroy();
  }
}
