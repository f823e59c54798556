import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HOST, SeeingNode, type SeeingNodeOptions } from '../server/seeing-node-fixture.ts';
import { SrtServer, type SrtServerOptions } from './srt-server.ts';

const PUBLISHER = fileURLToPath(new URL('../server/ffmpeg-publisher-fixture.ts', import.meta.url));

/** libsrt's own is 3 s. */
const CONNECT_MS = 9_000;

/** An SRT server in front of a node that writes down what it is told. */
export class SrtServerFixture extends SeeingNode implements AsyncDisposable {
  #server: SrtServer | undefined;

  static async start(options: Partial<SrtServerOptions> & SeeingNodeOptions = {}): Promise<SrtServerFixture> {
    const fixture = new SrtServerFixture(options);
    const { answer: _, onEvent: __, passphrase: ___, ...rest } = options;
    fixture.#server = await SrtServer.listen({ ...fixture.serverOptions, ...rest });
    return fixture;
  }

  get server(): SrtServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  url(streamId: string, words = '', port = this.server.port): string {
    const named = [...(streamId === '' ? [] : [`streamid=${streamId}`]), ...(words === '' ? [] : [words])];
    // No receiver is loaded ahead here, and the machine may be busy.
    const all = [...named, `connect_timeout=${CONNECT_MS}`];
    return `srt://${HOST}:${port}?${all.join('&')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.close();
  }
}

export interface Caller {
  readonly gone: Promise<{ readonly exitCode: number | null; readonly said: string }>;
  kill(): void;
}

/** FFmpeg's own SRT client, in a process of its own. */
export function call(...words: readonly string[]): Caller {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PUBLISHER, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  const gone = new Promise<{ exitCode: number | null; said: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, said }));
  });
  return { gone, kill: () => child.kill('SIGKILL') };
}
