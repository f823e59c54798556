import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';

/** What a load balancer asks: `/readyz` answers 503 while the node takes no new publishers. */
export interface Readiness {
  readonly isReady: boolean;
}

/** Requests to `/healthz` and the like are tiny; whoever is slower than this is not a health check. */
const REQUEST_MS_MAX = 5_000;
/** A load balancer, a scraper and a person; not the world. */
const CONNECTIONS_MAX = 64;

/** `/healthz`, `/readyz` and `/metrics` (Prometheus text format) over HTTP. */
export class OperationsServer {
  readonly #server: Server;
  readonly #registry: Registry;
  readonly #readiness: Readiness;

  constructor(options: { readonly registry: Registry; readonly readiness: Readiness }) {
    this.#registry = options.registry;
    this.#readiness = options.readiness;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.requestTimeout = REQUEST_MS_MAX;
    this.#server.headersTimeout = REQUEST_MS_MAX;
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  /** Resolves with the port listened on. Rejects with Node's own error when it is taken. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : port);
      });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'method not allowed\n');
    if (path === '/healthz') return send(response, 200, 'ok\n');
    if (path === '/readyz')
      return this.#readiness.isReady ? send(response, 200, 'ready\n') : send(response, 503, 'not ready\n');
    if (path === '/metrics') {
      const text = await this.#registry.metrics();
      return send(response, 200, text, this.#registry.contentType);
    }
    send(response, 404, 'not found\n');
  }
}

function send(response: ServerResponse, status: number, body: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(body);
}
