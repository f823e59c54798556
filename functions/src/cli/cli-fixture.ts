import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { NodeServer } from '../http/node-server.ts';
import { ADMIN_TOKEN, TestApp, type TestAppOptions } from '../test-app.ts';
import { type ExitCode, runCli } from './run-cli.ts';

/** What came of a command. */
export interface CliOutcome {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** How a command is run, where it is not as usual: by the operator, with nobody at a terminal. */
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A terminal of so many columns. */
  readonly columns?: number;
  /** What whoever sits there types. */
  readonly typed?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
  /** What happens between two pictures; `false`: Ctrl-C. */
  readonly between?: () => Promise<boolean>;
  /** The terminal has so many lines. */
  readonly rows?: number;
}

/** The tool against the real control API over a socket, within this process. */
export class TestCli implements AsyncDisposable {
  readonly app: TestApp;
  readonly url: string;
  readonly #server: NodeServer;

  private constructor(app: TestApp, server: NodeServer) {
    this.app = app;
    this.#server = server;
    this.url = `http://127.0.0.1:${server.port}`;
  }

  static async start(options: TestAppOptions = {}): Promise<TestCli> {
    const app = await TestApp.start(options);
    const server = await NodeServer.listen({ fetch: (request: Request) => app.handle(request) }, '127.0.0.1', 0);
    return new TestCli(app, server);
  }

  /** `sluice` and these words. */
  run(words: readonly string[], options: CliOptions = {}): Promise<CliOutcome> {
    const env = { SLUICE_URL: this.url, SLUICE_TOKEN: ADMIN_TOKEN, ...options.env };
    return runWith(words, { ...options, env }, () => this.app.nowMs);
  }

  /** What it printed. Throws where it failed, or complained. */
  async done(...words: string[]): Promise<string> {
    const { exitCode, out, err } = await this.run(words);
    if (exitCode !== 0 || err !== '') throw new Error(`sluice ${words.join(' ')} ended with ${exitCode}: ${err}`);
    return out;
  }

  /** How it was refused. Throws where it printed anything else. */
  async refusal(...words: string[]): Promise<[exitCode: ExitCode, err: string]> {
    const { exitCode, out, err } = await this.run(words);
    if (out !== '') throw new Error(`sluice ${words.join(' ')} printed: ${out}`);
    return [exitCode, err];
  }

  /** What it printed for programs. Throws where it failed. */
  async json(...words: readonly string[]): Promise<unknown> {
    const { exitCode, out, err } = await this.run([...words, '--json']);
    if (exitCode !== 0) throw new Error(`sluice ${words.join(' ')} ended with ${exitCode}: ${err}`);
    return JSON.parse(out);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    this.app[Symbol.dispose]();
  }
}

/** What stands at an address of this machine and answers as a test wants it. */
export class FakeSite implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    this.#server = server;
  }

  static async start(listener: RequestListener): Promise<FakeSite> {
    const server = createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeSite(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** `sluice` and these words, with nothing but what is said. */
export async function runWith(
  words: readonly string[],
  options: CliOptions = {},
  nowMs: () => number = Date.now,
): Promise<CliOutcome> {
  const text = { out: '', err: '' };
  const { columns, typed, files = {} } = options;
  const interrupted = new AbortController();
  const exitCode = await runCli({
    argv: words,
    env: options.env ?? {},
    stdout: { write: (more) => (text.out += more), isTty: columns !== undefined, columns, rows: options.rows },
    stderr: { write: (more) => (text.err += more), isTty: columns !== undefined, columns, rows: options.rows },
    ...(typed !== undefined && {
      ask: async (question) => {
        text.err += question;
        return typed;
      },
    }),
    fetch: options.fetch ?? fetch,
    nowMs,
    readText: async (path) => {
      const file = files[path];
      if (file === undefined) throw new Error(`${path} is not there`);
      return file;
    },
    interrupts: () => interrupted.signal,
    wait: async () => {
      if (!(await options.between?.())) interrupted.abort();
    },
  });
  return { exitCode, ...text };
}
