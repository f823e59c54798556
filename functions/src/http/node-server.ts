import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';

/** Requests are small and answered at once; whoever is slower than this is stuck. */
const REQUEST_MS_MAX = 10_000;
/** Nodes, a console and a person, not the world. More are not accepted. */
const CONNECTIONS_MAX = 1_024;
/** A running request gets this long when the server closes. */
const DRAIN_MS_MAX = 2_000;

/** An app on a TCP port of this machine. */
export class NodeServer {
  readonly port: number;
  readonly #server: Server;
  #closed: Promise<void> | undefined;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Rejects with Node's own error when the port is taken. */
  static listen(app: Pick<Hono, 'fetch'>, host: string, port: number): Promise<NodeServer> {
    const listener = getRequestListener(app.fetch);
    const server = createServer((request, response) => void listener(request, response));
    server.requestTimeout = REQUEST_MS_MAX;
    server.headersTimeout = REQUEST_MS_MAX;
    server.maxConnections = CONNECTIONS_MAX;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        const address = server.address();
        resolve(new NodeServer(server, address !== null && typeof address === 'object' ? address.port : port));
      });
    });
  }

  /** Ends after running requests have been answered, or were too slow. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      const late = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS_MAX);
      this.#server.close(() => {
        clearTimeout(late);
        resolve();
      });
    });
    return this.#closed;
  }
}
