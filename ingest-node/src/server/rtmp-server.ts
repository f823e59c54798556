import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { SERVER_DRAINING, SERVER_FULL, TOO_MANY_OF_ADDRESS } from '../rtmp/refusal-sentences.ts';
import { plainAddress } from './client-network.ts';
import { ConnectionCount } from './connection-count.ts';
import type { PublishHandler, PublishRefusal, PublishRefusalCode } from './publisher.ts';
import { RtmpConnection } from './rtmp-connection.ts';
import { RTMP_SERVER_LIMITS, type RtmpServerLimits } from './rtmp-server-limits.ts';

export interface RtmpServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly onPublish: PublishHandler;
  readonly logger: Logger;
  readonly limits?: Partial<RtmpServerLimits>;
  /** Open connections, at each change. */
  onConnections?(count: number): void;
  /** From publishers who were let in. */
  onReceived?(bytes: number): void;
  onRefused?(code: PublishRefusalCode): void;
}

/** RTMP over TCP: one port for all channels. */
export class RtmpServer {
  readonly #options: RtmpServerOptions;
  readonly #limits: RtmpServerLimits;
  readonly #server: Server;
  readonly #connections = new Set<RtmpConnection>();
  readonly #count = new ConnectionCount();
  #refusedCount = 0;
  readonly #closed = Promise.withResolvers<void>();
  #isAccepting = true;
  #port = 0;

  /** Rejects with Node's own error when the port is taken. */
  static async listen(options: RtmpServerOptions): Promise<RtmpServer> {
    const server = new RtmpServer(options);
    await server.#listen();
    return server;
  }

  private constructor(options: RtmpServerOptions) {
    this.#options = options;
    this.#limits = { ...RTMP_SERVER_LIMITS, ...options.limits };
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.on('close', () => this.#checkClosed());
  }

  get port(): number {
    return this.#port;
  }

  /** No new connections and no new publishes; live ones go on. */
  stopAccepting(): void {
    if (!this.#isAccepting) return;
    this.#isAccepting = false;
    this.#server.close();
    for (const connection of this.#connections) connection.stopAccepting(SERVER_DRAINING);
  }

  /** Ends every connection. Resolves when no socket and no timer is left. */
  async close(): Promise<void> {
    this.stopAccepting();
    for (const connection of [...this.#connections]) connection.close(SERVER_DRAINING);
    await this.#closed.promise;
  }

  /** Node's own `close` event comes before the last socket's. */
  #checkClosed(): void {
    if (!this.#isAccepting && !this.#server.listening && this.#connections.size === 0) this.#closed.resolve();
  }

  #listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        this.#port = address !== null && typeof address === 'object' ? address.port : port;
        // Out of file descriptors, for example: the connections that there are go on.
        this.#server.on('error', (error) =>
          this.#options.logger.error({ err: error }, 'the RTMP server cannot accept'),
        );
        resolve();
      });
    });
  }

  #accept(socket: Socket): void {
    const { remoteAddress } = socket;
    // Gone again already, or it came in the moment in which we stopped.
    if (remoteAddress === undefined || !this.#isAccepting) {
      socket.destroy();
      return;
    }
    const address = plainAddress(remoteAddress);
    const refusal = this.#refusalFor(address);
    if (refusal === undefined || this.#refusedCount < this.#limits.refusedConnectionsMax) {
      this.#open(socket, address, refusal);
      return;
    }
    this.#options.onRefused?.(refusal.code);
    socket.destroy();
  }

  #open(socket: Socket, clientAddress: string, connectRefusal: PublishRefusal | undefined): void {
    const isRefused = connectRefusal !== undefined;
    this.#enter(clientAddress, isRefused);
    const connection = new RtmpConnection({
      socket,
      clientAddress,
      limits: this.#limits,
      logger: this.#options.logger.child({ clientAddress, clientPort: socket.remotePort }),
      onPublish: this.#options.onPublish,
      ...(isRefused && { connectRefusal }),
      onReceived: (bytes) => this.#options.onReceived?.(bytes),
      onRefused: (code) => this.#options.onRefused?.(code),
      onGone: () => {
        this.#connections.delete(connection);
        this.#leave(clientAddress, isRefused);
        this.#checkClosed();
      },
    });
    this.#connections.add(connection);
  }

  #refusalFor(address: string): PublishRefusal | undefined {
    if (this.#count.total >= this.#limits.connectionsMax) return SERVER_FULL;
    return this.#count.of(address) >= this.#limits.connectionsPerAddressMax ? TOO_MANY_OF_ADDRESS : undefined;
  }

  #enter(address: string, isRefused: boolean): void {
    if (isRefused) this.#refusedCount++;
    else this.#count.add(address);
    this.#options.onConnections?.(this.#count.total);
  }

  #leave(address: string, isRefused: boolean): void {
    if (isRefused) this.#refusedCount--;
    else this.#count.remove(address);
    this.#options.onConnections?.(this.#count.total);
  }
}
