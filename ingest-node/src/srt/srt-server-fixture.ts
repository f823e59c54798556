import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import type { SourceEvent } from '../media/source.ts';
import type {
  PublishAnswer,
  PublishAttempt,
  PublishEnd,
  PublisherHandle,
  PublishRefusalCode,
} from '../server/publisher.ts';
import type { SrtFigures } from './srt-figures.ts';
import { SrtServer, type SrtServerOptions } from './srt-server.ts';

const HOST = '127.0.0.1';
const PUBLISHER = fileURLToPath(new URL('../server/ffmpeg-publisher-fixture.ts', import.meta.url));

/** One attempt as the node saw it. */
export interface SeenSrtPublisher {
  readonly attempt: PublishAttempt;
  readonly handle: PublisherHandle;
  readonly events: SourceEvent[];
  readonly warnings: string[];
  readonly figures: SrtFigures[];
  readonly ends: PublishEnd[];
}

/** An SRT server whose node writes down what it is told. */
export class SrtServerFixture implements AsyncDisposable {
  readonly publishers: SeenSrtPublisher[] = [];
  readonly refused: PublishRefusalCode[] = [];
  readonly connections: number[] = [];
  receivedBytes = 0;
  readonly #waiting = new Set<() => void>();
  #server: SrtServer | undefined;

  /** Without `answer`, everybody is let in. */
  static async start(
    options: Partial<SrtServerOptions> & {
      passphrase?: string;
      answer?: (seen: SeenSrtPublisher) => Promise<PublishAnswer>;
    } = {},
  ): Promise<SrtServerFixture> {
    const fixture = new SrtServerFixture();
    const { answer, passphrase, ...rest } = options;
    fixture.#server = await SrtServer.listen({
      host: HOST,
      port: 0,
      logger: pino({ level: 'silent' }),
      onPublish: async (attempt, handle) => {
        const seen = { attempt, handle, events: [], warnings: [], figures: [], ends: [] };
        fixture.#note(() => fixture.publishers.push(seen));
        return (await answer?.(seen)) ?? fixture.yes(seen, passphrase);
      },
      onConnections: (count) => fixture.#note(() => fixture.connections.push(count)),
      onReceived: (bytes) => fixture.#note(() => (fixture.receivedBytes += bytes)),
      onRefused: (code) => fixture.#note(() => fixture.refused.push(code)),
      ...rest,
    });
    return fixture;
  }

  get server(): SrtServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  url(streamId: string, words = '', port = this.server.port): string {
    const all = [...(streamId === '' ? [] : [`streamid=${streamId}`]), ...(words === '' ? [] : [words])];
    return `srt://${HOST}:${port}?${all.join('&')}`;
  }

  /** A yes whose sink writes down what comes. */
  yes(seen: SeenSrtPublisher, srtPassphrase?: string): PublishAnswer {
    return {
      ok: true,
      ...(srtPassphrase === undefined ? {} : { srtPassphrase }),
      sink: {
        onEvent: (event) => this.#note(() => seen.events.push(event)),
        onWarning: (sentence) => this.#note(() => seen.warnings.push(sentence)),
        onFigures: (figures) => this.#note(() => seen.figures.push(figures)),
        onEnd: (end) => this.#note(() => seen.ends.push(end)),
      },
    };
  }

  /** Looks again at each change and never at a clock. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The publisher of this number, once it has asked. */
  async publisher(index = 0): Promise<SeenSrtPublisher> {
    await this.until(() => this.publishers.length > index);
    const seen = this.publishers[index];
    if (seen === undefined) throw new Error('no publisher');
    return seen;
  }

  /** How a publisher ended, once it has. */
  async endOf(index = 0): Promise<PublishEnd> {
    const { ends } = await this.publisher(index);
    await this.until(() => ends.length > 0);
    const [end] = ends;
    if (end === undefined) throw new Error('no end');
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.close();
  }

  #note(write: () => unknown): void {
    write();
    for (const look of [...this.#waiting]) look();
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

/** A logger of every level that keeps its lines. */
export function keepingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { logger: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }), lines };
}
