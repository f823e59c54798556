import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { LOCAL_HOST } from '../ports.ts';

export interface ForwarderOptions {
  readonly port: number;
  /** Where a connection that comes now goes. Those that are there stay where they are. */
  upstreamPort(): number;
  /** CONNECTIONS_MAX, if absent. */
  readonly connectionsMax?: number;
  /** IDLE_MS_MAX, if absent. */
  readonly idleMsMax?: number;
  /** CONNECT_MS_MAX, if absent. */
  readonly connectMsMax?: number;
}

/** More than a machine can publish; what comes on top is closed at once. */
const CONNECTIONS_MAX = 1_000;
/** A network load balancer forgets a TCP connection on which nothing passed for so long (AWS, Network Load Balancers). */
const IDLE_MS_MAX = 350_000;
/** A region that takes no connection in this time is told to the client by a reset. */
const CONNECT_MS_MAX = 10_000;

/**
 * A TCP port whose connections go on to another one, chosen anew for each. Reads no faster than the other side takes it,
 * so a connection holds at most the two sockets' own buffers each way; either side may end its half first.
 */
export class TcpForwarder implements AsyncDisposable {
  readonly #options: ForwarderOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async listen(options: ForwarderOptions): Promise<TcpForwarder> {
    const forwarder = new TcpForwarder(options);
    forwarder.#server.listen({ port: options.port, host: LOCAL_HOST });
    await once(forwarder.#server, 'listening');
    return forwarder;
  }

  private constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#forward(client));
    this.#server.maxConnections = options.connectionsMax ?? CONNECTIONS_MAX;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Of all connections, on their way. */
  get heldBytes(): number {
    return [...this.#sockets].reduce((sum, socket) => sum + socket.readableLength + socket.writableLength, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #forward(client: Socket): void {
    const port = this.#options.upstreamPort();
    const region = connect({ port, host: LOCAL_HOST, allowHalfOpen: true, noDelay: true });
    const end = () => {
      for (const socket of [client, region]) breakOff(socket);
    };
    const connecting = setTimeout(end, this.#options.connectMsMax ?? CONNECT_MS_MAX);
    for (const socket of [client, region]) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', (hadError) => {
        this.#sockets.delete(socket);
        clearTimeout(connecting);
        if (hadError) end();
      });
      socket.setTimeout(this.#options.idleMsMax ?? IDLE_MS_MAX, end);
    }
    region.once('connect', () => {
      clearTimeout(connecting);
      client.pipe(region);
      region.pipe(client);
    });
  }
}

/** Tells whoever is still there that the other one is gone. */
function breakOff(socket: Socket): void {
  if (socket.destroyed) return;
  // libuv cannot reset what has ended its half (uv_tcp_close_reset): the peer's next bytes are answered by a reset then.
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
