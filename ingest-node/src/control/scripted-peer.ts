import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** For tests: a real HTTP server that answers as a test wants, also not at all. */

export interface PeerRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

/** `cut`: the connection is closed without a word. `hang`: no answer ever comes. */
export type PeerReply = { readonly status: number; readonly body?: unknown } | 'cut' | 'hang';

export type PeerScript = (request: PeerRequest) => PeerReply | Promise<PeerReply>;

export class ScriptedPeer implements AsyncDisposable {
  readonly requests: PeerRequest[] = [];
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();
  script: PeerScript;

  private constructor(script: PeerScript) {
    this.script = script;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async listen(script: PeerScript): Promise<ScriptedPeer> {
    const peer = new ScriptedPeer(script);
    await new Promise<void>((resolve) => peer.#server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves when the condition holds; it is looked at after each answer. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const { method = '', url: path = '', headers } = request;
    const asked = {
      method,
      path,
      authorization: headers.authorization ?? '',
      body: text === '' ? null : JSON.parse(text),
    };
    this.requests.push(asked);
    const reply = await this.script(asked);
    if (reply === 'cut') response.destroy();
    else if (reply !== 'hang') {
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** A refusal as the control API and the edge write it. */
export function problemReply(status: number, code: string): PeerReply {
  return { status, body: { type: 'about:blank', title: 'No', status, code, detail: `Because of ${code}.` } };
}
