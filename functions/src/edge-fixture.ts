import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';

/** A call that the edge had. */
export interface EdgeCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

/** The edge as the control API calls it: it remembers what it was told, and says yes unless a test says otherwise. */
export class ListeningEdge {
  readonly calls: EdgeCall[] = [];
  status = 200;
  /** What it answers to a call, by its method and path; `{"version":1}` where there is nothing of it. */
  readonly answers = new Map<string, { readonly status: number; readonly body: unknown }>();
  /** Channels that it will not hear of, whatever it says of others. */
  readonly refuses = new Set<string>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ListeningEdge> {
    const server = createServer();
    const edge = new ListeningEdge(server);
    server.on('request', async (request, response) => {
      const { method = '', url = '', headers } = request;
      const text = await textOf(request);
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      edge.calls.push({ method, path: url, authorization: headers.authorization ?? '', body });
      const isRefused = edge.refuses.has(url.split('/')[4] ?? '');
      const chosen = edge.answers.get(`${method} ${url}`) ?? edge.answers.get(method);
      response.statusCode = isRefused ? 409 : (chosen?.status ?? edge.status);
      response.end(JSON.stringify(chosen?.body ?? { version: 1 }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return edge;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  /** Those that were made with this method. */
  callsBy(method: string): EdgeCall[] {
    return this.calls.filter((call) => call.method === method);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
