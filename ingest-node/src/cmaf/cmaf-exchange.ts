import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Held of a body that is not read yet, and then its connection holds it back: an init segment, or the beginning of a
 * fragment. It is held here because FFmpeg sends an init segment and closes without waiting for an answer: what Node
 * holds of a request is gone with its connection.
 */
const HELD_BYTES_MAX = 64 * 1_024;

export interface ExchangeReader {
  onBytes(bytes: Uint8Array): void;
  /** The body is whole. */
  onEnd(): void;
  /** The connection ended before. */
  onGone(): void;
}

/** One request of a publisher, until it is answered: its body may go on for hours. */
export class CmafExchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #lingerMs: number;
  #reader: ExchangeReader | undefined;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #heardAtMs = performance.now();
  #body: 'open' | 'whole' | 'gone' = 'open';
  #isAnswered = false;

  constructor(request: IncomingMessage, response: ServerResponse, lingerMs: number) {
    this.#request = request;
    this.#response = response;
    this.#lingerMs = lingerMs;
    // Whoever is gone is heard of by `close`.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('data', (bytes: Uint8Array) => this.#received(bytes));
    request.on('end', () => this.#ended('whole'));
    request.on('close', () => this.#ended('gone'));
  }

  get socket(): Socket {
    return this.#request.socket;
  }

  /** How long nothing has come. */
  get quietMs(): number {
    return performance.now() - this.#heardAtMs;
  }

  /** Reads the body, from its beginning. */
  read(reader: ExchangeReader): void {
    this.#reader = reader;
    for (const bytes of this.#held.splice(0)) this.#tell(() => reader.onBytes(bytes));
    this.#request.resume();
    if (this.#body !== 'open') this.#tellEnd();
  }

  setPaused(isPaused: boolean): void {
    if (isPaused) this.#request.pause();
    else this.#request.resume();
  }

  /** The body was taken. */
  accept(): void {
    this.#answer(200, '');
  }

  /** The body is not taken, or no more of it: the connection ends once the peer has had the time to read why. */
  refuse(status: number, sentence: string): void {
    if (this.#isAnswered) return;
    if (status === 401) this.#response.setHeader('www-authenticate', 'Basic realm="sluice"');
    this.#response.setHeader('connection', 'close');
    this.#answer(status, `${sentence}\n`);
    this.#request.resume();
    setTimeout(() => this.#request.destroy(), this.#lingerMs).unref();
  }

  /** It is a connection that broke. */
  drop(): void {
    this.#isAnswered = true;
    this.#held = [];
    this.#request.destroy();
  }

  #received(bytes: Uint8Array): void {
    this.#heardAtMs = performance.now();
    if (this.#isAnswered) return;
    if (this.#reader !== undefined) {
      this.#reader.onBytes(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= HELD_BYTES_MAX) this.#request.pause();
  }

  #ended(how: 'whole' | 'gone'): void {
    if (this.#body !== 'open') return;
    this.#body = how;
    this.#tellEnd();
  }

  #tellEnd(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    this.#tell(() => (this.#body === 'whole' ? reader.onEnd() : reader.onGone()));
  }

  /** Whoever was answered hears no more of it. */
  #tell(call: () => void): void {
    if (!this.#isAnswered) call();
  }

  #answer(status: number, text: string): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#held = [];
    this.#response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    this.#response.end(text);
  }
}
