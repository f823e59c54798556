import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { SERVER_DRAINING, SERVER_FULL, TOO_MANY_OF_ADDRESS } from '../rtmp/refusal-sentences.ts';
import { plainAddress } from '../server/client-network.ts';
import { ConnectionRate } from '../server/connection-rate.ts';
import type { PublishHandler, PublishRefusal, PublishRefusalCode } from '../server/publisher.ts';
import { CmafExchange } from './cmaf-exchange.ts';
import { CMAF_LIMITS, type CmafLimits } from './cmaf-limits.ts';
import { CmafPublisher } from './cmaf-publisher.ts';
import { refusalStatus } from './refusal-status.ts';
import { type RequestTarget, requestTarget } from './request-target.ts';
import { Strangers } from './strangers.ts';

const KEY_MISSING: PublishRefusal = {
  code: 'stream-key-missing',
  sentence: 'There is no stream key in the address: /cmaf/STREAM-KEY/Streams(name).cmfv, or as a password.',
};
/** A manifest has some kilobytes; the rest of a longer one is not read. */
const SIDECAR_BYTES_MAX = 1_024 * 1_024;
/** How often Node looks at its limits: by default every 30 s, and a silent connection would last that long. */
const LOOK_EVERY_MS = 1_000;

export interface CmafServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly onPublish: PublishHandler;
  readonly logger: Logger;
  readonly limits?: Partial<CmafLimits>;
  /** Open connections, at each change. */
  onConnections?(count: number): void;
  /** From publishers who were let in. */
  onReceived?(bytes: number): void;
  onRefused?(code: PublishRefusalCode): void;
}

/**
 * CMAF over HTTP (DASH-IF Live Media Ingest, interface 1): publishers who have encoded their renditions themselves PUT
 * or POST each track, in one request without an end or a segment at a time. One port for all channels.
 */
export class CmafServer {
  readonly #options: CmafServerOptions;
  readonly #limits: CmafLimits;
  readonly #server: Server;
  /** By their stream keys. */
  readonly #publishers = new Map<string, CmafPublisher>();
  readonly #asks: ConnectionRate;
  readonly #strangers: Strangers;
  readonly #closed = Promise.withResolvers<void>();
  #connectionCount = 0;
  #isAccepting = true;
  #port = 0;

  /** Rejects with Node's own error when the port is taken. */
  static async listen(options: CmafServerOptions): Promise<CmafServer> {
    const server = new CmafServer(options);
    await server.#listen();
    return server;
  }

  private constructor(options: CmafServerOptions) {
    this.#options = options;
    this.#limits = { ...CMAF_LIMITS, ...options.limits };
    const { asksPerNetworkMax: perNetworkMax, askWindowMs: windowMs } = this.#limits;
    this.#asks = new ConnectionRate({ perNetworkMax, windowMs });
    this.#strangers = new Strangers({ perNetworkMax: this.#limits.strangersPerAddressMax });
    this.#server = createServer({ connectionsCheckingInterval: LOOK_EVERY_MS }, (request, response) =>
      this.#take(request, response),
    );
    this.#server.maxConnections = this.#limits.connectionsMax;
    this.#server.headersTimeout = this.#limits.headersMs;
    this.#server.keepAliveTimeout = this.#limits.keepAliveMs;
    // A request lasts as long as its broadcast. One that brings nothing ends with its publisher.
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  get port(): number {
    return this.#port;
  }

  /** No new publishers; those that are there go on. */
  stopAccepting(): void {
    this.#isAccepting = false;
  }

  /** Ends every publisher. Resolves when no socket and no timer is left. */
  async close(): Promise<void> {
    this.stopAccepting();
    for (const publisher of [...this.#publishers.values()]) publisher.close(SERVER_DRAINING);
    this.#server.close();
    // Whoever was told why has some time to read it.
    const timer = setTimeout(() => this.#server.closeAllConnections(), this.#limits.lingerMs);
    this.#checkClosed();
    await this.#closed.promise;
    clearTimeout(timer);
  }

  #accept(socket: Socket): void {
    if (!this.#strangers.admits(socket)) {
      this.#options.onRefused?.(TOO_MANY_OF_ADDRESS.code);
      socket.destroy();
      return;
    }
    this.#countConnection(1);
    socket.once('close', () => this.#countConnection(-1));
  }

  #countConnection(change: 1 | -1): void {
    this.#connectionCount += change;
    this.#options.onConnections?.(this.#connectionCount);
    this.#checkClosed();
  }

  /** Node's own `close` event comes before the last socket's. */
  #checkClosed(): void {
    if (!this.#server.listening && this.#connectionCount === 0) this.#closed.resolve();
  }

  #listen(): Promise<void> {
    const { host, port, logger } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => logger.error({ err: error }, 'the CMAF server cannot accept'));
        const address = this.#server.address();
        this.#port = address !== null && typeof address === 'object' ? address.port : port;
        resolve();
      });
    });
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const exchange = new CmafExchange(request, response, this.#limits.lingerMs);
    const target = requestTarget(request.url ?? '', request.headers.authorization);
    if (target === undefined) {
      exchange.refuse(404, 'There is nothing here: tracks go to /cmaf/STREAM-KEY/Streams(name).cmfv.');
      return;
    }
    switch (request.method) {
      case 'PUT':
      case 'POST':
        if (target.kind === 'sidecar') this.#ignore(exchange, target);
        else this.#publish(exchange, target, request);
        return;
      // Whoever keeps a window of segments deletes old ones: there is nothing kept here.
      case 'DELETE':
        this.#ignore(exchange, target);
        return;
      default:
        exchange.refuse(405, 'Media is sent with PUT or POST.');
    }
  }

  #publish(exchange: CmafExchange, target: RequestTarget, request: IncomingMessage): void {
    const { streamKey } = target;
    const present = streamKey === undefined ? undefined : this.#publishers.get(streamKey);
    if (present !== undefined) {
      present.take(exchange, target);
      return;
    }
    const refusal = this.#refusal(streamKey, request);
    if (streamKey === undefined || refusal !== undefined) {
      const { code, sentence } = refusal ?? KEY_MISSING;
      this.#options.onRefused?.(code);
      exchange.refuse(refusalStatus(code), sentence);
      return;
    }
    this.#begin(streamKey, request).take(exchange, target);
  }

  #refusal(streamKey: string | undefined, { socket }: IncomingMessage): PublishRefusal | undefined {
    if (streamKey === undefined) return KEY_MISSING;
    if (!this.#isAccepting) return SERVER_DRAINING;
    if (!this.#asks.admits(plainAddress(socket.remoteAddress ?? ''), performance.now())) return TOO_MANY_OF_ADDRESS;
    return this.#publishers.size >= this.#limits.publishersMax ? SERVER_FULL : undefined;
  }

  #begin(streamKey: string, { socket, url = '' }: IncomingMessage): CmafPublisher {
    const { onPublish, logger, onReceived, onRefused } = this.#options;
    const clientAddress = plainAddress(socket.remoteAddress ?? '');
    const clientPort = socket.remotePort ?? 0;
    const [, query] = url.split('?', 2);
    const publisher = new CmafPublisher({
      attempt: { protocol: 'cmaf', streamKey, clientAddress, clientPort, ...(query !== undefined && { query }) },
      onPublish,
      limits: this.#limits,
      logger: logger.child({ clientAddress, clientPort }),
      onReceived: (bytes) => onReceived?.(bytes),
      onLetIn: ({ socket }) => this.#strangers.letIn(socket),
      onRefused: ({ code }) => onRefused?.(code),
      onGone: () => {
        if (this.#publishers.get(streamKey) === publisher) this.#publishers.delete(streamKey);
      },
    });
    this.#publishers.set(streamKey, publisher);
    return publisher;
  }

  /**
   * Takes what is of no use here, so that whoever sends it goes on. It may come from anybody: it may not last, or they
   * would have the connections that publishers need.
   */
  #ignore(exchange: CmafExchange, { streamKey = '' }: RequestTarget): void {
    if (this.#publishers.get(streamKey)?.isLive === true) this.#strangers.letIn(exchange.socket);
    let sizeBytes = 0;
    const tooSlow = () => exchange.refuse(408, 'A manifest comes sooner than that.');
    const timer = setTimeout(tooSlow, this.#limits.sidecarMs).unref();
    exchange.read({
      onBytes: (bytes) => {
        sizeBytes += bytes.length;
        if (sizeBytes > SIDECAR_BYTES_MAX) exchange.refuse(413, 'A manifest is smaller than that.');
      },
      onEnd: () => {
        clearTimeout(timer);
        exchange.accept();
      },
      onGone: () => clearTimeout(timer),
    });
  }
}
