import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { SERVER_DRAINING, SERVER_FULL, TOO_MANY_OF_ADDRESS } from '../rtmp/refusal-sentences.ts';
import { plainAddress } from './client-network.ts';
import { ConnectionCount } from './connection-count.ts';
import { ConnectionRate } from './connection-rate.ts';
import type { PlayHandler } from './player.ts';
import { PlayerCount } from './player-count.ts';
import type { PublishHandler, PublishRefusal, PublishRefusalCode } from './publisher.ts';
import { RtmpConnection } from './rtmp-connection.ts';
import { RTMP_SERVER_LIMITS, type RtmpServerLimits } from './rtmp-server-limits.ts';
import { TlsAcceptor, type TlsCertificate } from './tls-acceptor.ts';

export interface RtmpServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Makes it RTMPS: everything is inside of TLS. */
  readonly tls?: TlsCertificate;
  readonly onPublish: PublishHandler;
  /** Without it, nothing is played here. */
  readonly onPlay?: PlayHandler;
  /** One for all servers of a node; its own without it. */
  readonly players?: PlayerCount;
  readonly logger: Logger;
  readonly limits?: Partial<RtmpServerLimits>;
  /** Open connections, at each change. */
  onConnections?(count: number): void;
  /** From publishers who were let in. */
  onReceived?(bytes: number): void;
  onRefused?(code: PublishRefusalCode): void;
}

/** RTMP over TCP, or over TLS on it: one port for all channels. */
export class RtmpServer {
  readonly #options: RtmpServerOptions;
  readonly #limits: RtmpServerLimits;
  readonly #server: Server;
  /** There for RTMPS. */
  readonly #tls: TlsAcceptor | undefined;
  readonly #players: PlayerCount;
  readonly #connections = new Set<RtmpConnection>();
  readonly #count = new ConnectionCount();
  readonly #rate: ConnectionRate;
  #refusedCount = 0;
  /** Connections that have no session yet. */
  #handshakingCount = 0;
  #moved = Promise.withResolvers<void>();
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
    const { connectsPerAddressMax: perNetworkMax, connectWindowMs: windowMs } = this.#limits;
    this.#rate = new ConnectionRate({ perNetworkMax, windowMs });
    const { tls, players = new PlayerCount() } = options;
    this.#players = players;
    this.#tls = tls && new TlsAcceptor({ certificate: tls, handshakeMs: this.#limits.tlsHandshakeMs });
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.on('close', () => this.#checkClosed());
  }

  get port(): number {
    return this.#port;
  }

  /** For connections from now on. Throws Node's own error for one that cannot be used, and goes on with the last one. */
  setCertificate(certificate: TlsCertificate): void {
    this.#tls?.setCertificate(certificate);
  }

  /** No new connections and no new publishes; live ones go on, and those that can are asked to connect elsewhere. */
  stopAccepting(): void {
    if (!this.#isAccepting) return;
    this.#isAccepting = false;
    this.#server.close();
    this.#tls?.closeWaiting();
    for (const connection of this.#connections) connection.stopAccepting(SERVER_DRAINING);
    this.#checkMoved();
  }

  /** Resolves, after `stopAccepting`, when every publisher that was asked to connect elsewhere has gone. */
  get moved(): Promise<void> {
    return this.#moved.promise;
  }

  /** Ends every connection. Resolves when no socket and no timer is left. */
  async close(): Promise<void> {
    this.stopAccepting();
    for (const connection of [...this.#connections]) connection.close(SERVER_DRAINING);
    await this.#closed.promise;
  }

  /** Node's own `close` event comes before the last socket's. */
  #checkClosed(): void {
    const isEmpty = this.#connections.size === 0 && this.#handshakingCount === 0;
    if (!this.#isAccepting && !this.#server.listening && isEmpty) this.#closed.resolve();
  }

  #checkMoved(): void {
    if (!this.#isAccepting && ![...this.#connections].some((connection) => connection.isMoving)) this.#moved.resolve();
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
    if (!this.#rate.admits(address, performance.now())) {
      this.#closeWithoutWord(socket, TOO_MANY_OF_ADDRESS);
      return;
    }
    const refusal = this.#refusalFor(address);
    if (refusal !== undefined && this.#refusedCount >= this.#limits.refusedConnectionsMax) {
      this.#closeWithoutWord(socket, refusal);
      return;
    }
    this.#enter(address, refusal !== undefined);
    if (this.#tls === undefined) this.#open(socket, address, refusal);
    else this.#secure(this.#tls, socket, address, refusal);
  }

  #closeWithoutWord(socket: Socket, { code }: PublishRefusal): void {
    this.#options.onRefused?.(code);
    socket.destroy();
  }

  #secure(tls: TlsAcceptor, socket: Socket, clientAddress: string, connectRefusal: PublishRefusal | undefined): void {
    this.#handshakingCount++;
    tls.take(socket, {
      onSecure: (secured) => {
        this.#handshakingCount--;
        this.#open(secured, clientAddress, connectRefusal);
      },
      onFailed: (why) => {
        this.#handshakingCount--;
        this.#options.logger.debug({ clientAddress, why }, 'a TLS handshake failed');
        this.#leave(clientAddress, connectRefusal !== undefined);
        this.#checkClosed();
      },
    });
  }

  #open(socket: Socket, clientAddress: string, connectRefusal: PublishRefusal | undefined): void {
    const isRefused = connectRefusal !== undefined;
    const { onPlay } = this.#options;
    const connection = new RtmpConnection({
      socket,
      protocol: this.#tls === undefined ? 'rtmp' : 'rtmps',
      clientAddress,
      limits: this.#limits,
      logger: this.#options.logger.child({ clientAddress, clientPort: socket.remotePort }),
      onPublish: this.#options.onPublish,
      ...(onPlay && { onPlay }),
      players: this.#players,
      ...(isRefused && { connectRefusal }),
      onReceived: (bytes) => this.#options.onReceived?.(bytes),
      onRefused: (code) => this.#options.onRefused?.(code),
      onGone: () => {
        this.#connections.delete(connection);
        this.#leave(clientAddress, isRefused);
        this.#checkClosed();
        this.#checkMoved();
      },
    });
    this.#connections.add(connection);
    if (!this.#isAccepting) connection.stopAccepting(SERVER_DRAINING);
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
