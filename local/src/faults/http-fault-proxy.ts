import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request as requestUpstream,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { LOCAL_HOST } from '../ports.ts';
import { SharedLink } from './shared-link.ts';

/**
 * What becomes of a request. `refuse`: nobody listens. `status`: answered without being passed on. `delay`: passed on
 * later. `thin`: passed on over a line of so many bytes a second that all share. `hang`: read, and never answered. `cut`: passed on, and the connection breaks in the middle of the answer.
 */
export type HttpFault =
  | { readonly kind: 'pass' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'thin'; readonly bytesPerS: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'cut' };

export type HttpFaultKind = HttpFault['kind'];

const PASS: HttpFault = { kind: 'pass' };
/** Requests at once towards the real server; more wait. Above what an ingest node has on its way. */
const UPSTREAM_SOCKETS_MAX = 512;

export interface HttpFaultProxyOptions {
  /** The real server: `http://127.0.0.1:8080`. A path in it is kept in `url`, and not put before requests. */
  readonly upstream: string;
  /** Faults befall only these methods; all others pass. Absent: all. */
  readonly methods?: readonly string[];
}

/**
 * Stands in front of an HTTP server and breaks what it is told to break. What passes is streamed both ways as it came,
 * the Host header included: signatures are made over it.
 */
export class HttpFaultProxy implements AsyncDisposable {
  readonly #upstream: URL;
  readonly #methods: readonly string[] | undefined;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: UPSTREAM_SOCKETS_MAX });
  readonly #sockets = new Set<Socket>();
  readonly #delays = new Set<NodeJS.Timeout>();
  readonly #counts = new Map<HttpFaultKind, number>();
  #fault = PASS;
  #link: SharedLink | undefined;
  #bodyBytes = 0;
  #port = 0;

  /** Listens on 127.0.0.1, on a port that the system chooses. */
  static async listen(options: HttpFaultProxyOptions): Promise<HttpFaultProxy> {
    const proxy = new HttpFaultProxy(options);
    await proxy.#listen(0);
    return proxy;
  }

  private constructor({ upstream, methods }: HttpFaultProxyOptions) {
    this.#upstream = new URL(upstream);
    this.#methods = methods;
    this.#server = createServer((request, response) => this.#handle(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    // Whoever hangs is to hang for as long as its own patience lasts.
    this.#server.requestTimeout = 0;
    this.#server.timeout = 0;
  }

  /** What the upstream's address is through this proxy. */
  get url(): string {
    const path = this.#upstream.pathname === '/' ? '' : this.#upstream.pathname;
    return `http://${LOCAL_HOST}:${this.#port}${path}`;
  }

  get fault(): HttpFault {
    return this.#fault;
  }

  /** Of the bodies of all requests that faults can befall, since it was made. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** How many requests were treated so; of `refuse`, how many connections it broke when it began. */
  count(kind: HttpFaultKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** From now on; what is on its way stays as it is, but for `refuse`, which breaks every connection. */
  async set(fault: HttpFault): Promise<void> {
    const wasRefusing = this.#fault.kind === 'refuse';
    this.#fault = fault;
    this.#link = fault.kind === 'thin' ? new SharedLink(fault.bytesPerS) : undefined;
    if (fault.kind === 'refuse' && !wasRefusing) await this.#close();
    if (fault.kind !== 'refuse' && wasRefusing) await this.#listen(this.#port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.#close();
    this.#agent.destroy();
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen({ port, host: LOCAL_HOST });
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async #close(): Promise<void> {
    for (const timer of this.#delays) clearTimeout(timer);
    this.#delays.clear();
    this.#server.close();
    for (const socket of this.#sockets) {
      this.#counted('refuse');
      socket.resetAndDestroy();
    }
    await once(this.#server, 'close');
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const isMeant = this.#methods === undefined || this.#methods.includes(request.method ?? '');
    const fault = isMeant ? this.#fault : PASS;
    if (fault.kind !== 'refuse') this.#counted(fault.kind);
    if (isMeant) this.#bodyBytes += Number(request.headers['content-length'] ?? 0);
    switch (fault.kind) {
      case 'status':
        request.resume();
        request.on('end', () => response.writeHead(fault.status, { 'content-length': 0 }).end());
        return;
      case 'delay':
        this.#later(fault.delayMs, () => this.#forward(request, response, false));
        return;
      case 'hang':
        request.resume();
        return;
      default:
        this.#forward(request, response, fault.kind === 'cut');
    }
  }

  #later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#delays.delete(timer);
      act();
    }, delayMs);
    this.#delays.add(timer);
  }

  #forward(request: IncomingMessage, response: ServerResponse, isCut: boolean): void {
    if (response.destroyed) return;
    const options: RequestOptions = {
      agent: this.#agent,
      host: this.#upstream.hostname,
      port: this.#upstream.port,
      method: request.method,
      path: request.url,
      // Raw, so that nothing is added, renamed or put in another order. Hop-by-hop headers differ in nothing here.
      headers: request.rawHeaders,
    };
    const passed = requestUpstream(options, (answer) => {
      if (isCut) {
        cutAnswer(answer, response);
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.on('error', () => passed.destroy());
    const link = this.#methods?.includes(request.method ?? '') === false ? undefined : this.#link;
    if (link === undefined) request.pipe(passed);
    else
      pipeline(
        request,
        (body: AsyncIterable<Buffer>) => link.carry(body),
        passed,
        () => undefined,
      );
  }

  #counted(kind: HttpFaultKind): void {
    this.#counts.set(kind, this.count(kind) + 1);
  }
}

/** The head, the first half of the first piece of the body, and then nothing. */
function cutAnswer(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
  const cut = () => response.socket?.resetAndDestroy();
  answer.once('data', (piece: Buffer) => response.write(piece.subarray(0, piece.length / 2), cut));
  answer.once('end', cut);
  answer.on('error', cut);
}
