import { type ClientRequest, request as httpRequest } from 'node:http';
import { SeeingNode, type SeeingNodeOptions } from '../server/seeing-node-fixture.ts';
import type { CmafLimits } from './cmaf-limits.ts';
import { CmafServer } from './cmaf-server.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A request whose body goes on until the test ends it. */
export interface Upload {
  send(bytes: Uint8Array): void;
  end(bytes?: Uint8Array): void;
  /** As when the network goes. */
  breakOff(): void;
  /** Rejects when the connection ends without one. */
  readonly answer: Promise<Answer>;
}

/** For tests: a CMAF server with a node behind it that writes down what it is told. */
export class CmafServerFixture extends SeeingNode implements AsyncDisposable {
  #server: CmafServer | undefined;

  static async start(
    options: SeeingNodeOptions & { readonly limits?: Partial<CmafLimits> } = {},
  ): Promise<CmafServerFixture> {
    const fixture = new CmafServerFixture(options);
    const { limits } = options;
    fixture.#server = await CmafServer.listen({ ...fixture.serverOptions, limits: { lingerMs: 20, ...limits } });
    return fixture;
  }

  get server(): CmafServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}/cmaf`;
  }

  open(
    path: string,
    { method = 'PUT', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
  ): Upload {
    const request = httpRequest(`${this.url}${path}`, { method, headers, agent: false });
    const answer = answerOf(request);
    // Who breaks off has no answer, and who is refused may be cut off while it sends.
    answer.catch(() => undefined);
    request.flushHeaders();
    return {
      send: (bytes) => void request.write(bytes),
      end: (bytes) => void request.end(bytes),
      breakOff: () => void request.destroy(),
      answer,
    };
  }

  /** A request with a whole body. */
  send(path: string, body: Uint8Array, options?: Parameters<CmafServerFixture['open']>[1]): Promise<Answer> {
    const upload = this.open(path, options);
    upload.end(body);
    return upload.answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}

function answerOf(request: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.on('data', (bytes) => {
        text += String(bytes);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
  });
}
