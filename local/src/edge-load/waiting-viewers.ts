import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

/** What became of one held request. */
export interface WaitOutcome {
  readonly status: number;
  /** performance.now() when the whole answer was there. */
  readonly answeredAtMs: number;
}

export interface WaitingViewersOptions {
  readonly url: string;
  readonly count: number;
  /** What the platform would know of each viewer's place; miniflare takes it out of a header. */
  readonly places: readonly object[];
}

/** Many viewers, each with a connection of its own, as browsers have them. */
export class WaitingViewers {
  readonly #options: WaitingViewersOptions;
  readonly #agent: Agent;

  constructor(options: WaitingViewersOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.count, maxFreeSockets: options.count });
  }

  /** Asks for the same path, all at once. Rejects when a connection breaks. */
  ask(path: string): Promise<WaitOutcome>[] {
    return Array.from({ length: this.#options.count }, (_, index) => this.#askOne(path, index));
  }

  close(): void {
    this.#agent.destroy();
  }

  #askOne(path: string, index: number): Promise<WaitOutcome> {
    const { url, places } = this.#options;
    const place = places[index % places.length];
    const headers = {
      'accept-encoding': 'gzip',
      ...(place && { 'MF-CF-Blob': JSON.stringify({ ...place, clientAcceptEncoding: 'gzip' }) }),
    };
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, url), { agent: this.#agent, headers }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, answeredAtMs: performance.now() }));
        answer.on('error', reject);
      });
      asked.on('error', reject);
      asked.end();
    });
  }
}
