import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type Logger, pino } from 'pino';
import type { SourceEvent } from '../media/source.ts';
import { type RtmpCommand, readCommand } from '../rtmp/command.ts';
import { MESSAGE, type RtmpMessage } from '../rtmp/message.ts';
import { ClientBytes, ServerWords } from '../rtmp/rtmp-client-fixture.ts';
import type {
  PublishAnswer,
  PublishAttempt,
  PublishEnd,
  PublisherHandle,
  PublishHandler,
  PublishRefusalCode,
} from './publisher.ts';
import { RtmpServer, type RtmpServerOptions } from './rtmp-server.ts';

const HOST = '127.0.0.1';

/** Lets a test wait until something is so, looking again at each change and never at a clock. */
class Changes {
  readonly #waiting = new Set<() => void>();

  happened(): void {
    for (const look of [...this.#waiting]) look();
  }

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
}

/** One attempt as the node saw it. */
export interface SeenPublisher {
  readonly attempt: PublishAttempt;
  readonly handle: PublisherHandle;
  readonly events: SourceEvent[];
  readonly warnings: string[];
  readonly ends: PublishEnd[];
}

/** A server whose node writes down what it is told. */
export class ServerFixture implements AsyncDisposable {
  readonly publishers: SeenPublisher[] = [];
  readonly refused: PublishRefusalCode[] = [];
  readonly connections: number[] = [];
  receivedBytes = 0;
  readonly #changes = new Changes();
  readonly #clients: ClientSocket[] = [];
  #server: RtmpServer | undefined;

  /** Without `answer`, everybody is let in. */
  static async start(
    options: Partial<RtmpServerOptions> & {
      answer?: (seen: SeenPublisher) => Promise<PublishAnswer>;
      onEvent?: (event: SourceEvent, seen: SeenPublisher) => void;
    } = {},
  ): Promise<ServerFixture> {
    const fixture = new ServerFixture();
    const { answer, onEvent, ...rest } = options;
    const onPublish: PublishHandler = async (attempt, handle) => {
      const seen: SeenPublisher = { attempt, handle, events: [], warnings: [], ends: [] };
      fixture.publishers.push(seen);
      fixture.#changes.happened();
      return (await answer?.(seen)) ?? fixture.yes(seen, onEvent);
    };
    fixture.#server = await RtmpServer.listen({
      host: HOST,
      port: 0,
      logger: pino({ level: 'silent' }),
      onPublish,
      onConnections: (count) => fixture.#note(() => fixture.connections.push(count)),
      onReceived: (bytes) => fixture.#note(() => (fixture.receivedBytes += bytes)),
      onRefused: (code) => fixture.#note(() => fixture.refused.push(code)),
      ...rest,
    });
    return fixture;
  }

  get server(): RtmpServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  url(streamKey: string, scheme: 'rtmp' | 'rtmps' = 'rtmp'): string {
    return `${scheme}://${HOST}:${this.server.port}/live/${streamKey}`;
  }

  /** A yes whose sink writes down what comes. */
  yes(seen: SeenPublisher, onEvent?: (event: SourceEvent, seen: SeenPublisher) => void): PublishAnswer {
    return {
      ok: true,
      sink: {
        onEvent: (event) => {
          this.#note(() => seen.events.push(event));
          onEvent?.(event, seen);
        },
        onWarning: (sentence) => this.#note(() => seen.warnings.push(sentence)),
        onEnd: (end) => this.#note(() => seen.ends.push(end)),
      },
    };
  }

  until(isSo: () => boolean): Promise<void> {
    return this.#changes.until(isSo);
  }

  /** The publisher of this number, once it has asked. */
  async publisher(index = 0): Promise<SeenPublisher> {
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

  /** A raw client, connected. */
  async client(localAddress?: string): Promise<ClientSocket> {
    const socket = connect({ port: this.server.port, host: HOST, ...(localAddress !== undefined && { localAddress }) });
    const client = this.#keep(socket);
    await once(socket, 'connect');
    return client;
  }

  /** A raw client whose TLS handshake is done. */
  async secureClient(options: ConnectionOptions = {}): Promise<ClientSocket> {
    const socket = connectTls({ port: this.server.port, host: HOST, rejectUnauthorized: false, ...options });
    const client = this.#keep(socket);
    await once(socket, 'secureConnect');
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.socket.destroy();
    await this.#server?.close();
  }

  #keep(socket: Socket): ClientSocket {
    const client = new ClientSocket(socket);
    this.#clients.push(client);
    return client;
  }

  #note(write: () => unknown): void {
    write();
    this.#changes.happened();
  }
}

/** A client made of a socket and a test that says what it sends. */
export class ClientSocket {
  readonly socket: Socket;
  readonly bytes = new ClientBytes();
  readonly answers: RtmpMessage[] = [];
  receivedBytes = 0;
  readonly #words = new ServerWords();
  readonly #changes = new Changes();
  #isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.receivedBytes += bytes.length;
      this.answers.push(...this.#words.read(bytes));
      this.#changes.happened();
    });
    // What a reset means to the test stands in what came before it.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#changes.happened();
    });
  }

  send(...pieces: readonly Uint8Array[]): this {
    for (const piece of pieces) this.socket.write(piece);
    return this;
  }

  /** Resolves when the server's answers are such. */
  async until(isSo: (answers: readonly RtmpMessage[]) => boolean): Promise<void> {
    await this.#changes.until(() => isSo(this.answers));
  }

  get sentences(): unknown[] {
    return this.#information('description');
  }

  get codes(): unknown[] {
    return this.#information('code');
  }

  /** Resolves when the server has sent this status; rejects when it closed without. */
  async untilCode(code: string): Promise<void> {
    await this.#changes.until(() => this.#isClosed || this.codes.includes(code));
    if (!this.codes.includes(code)) throw new Error(`closed without ${code}`);
  }

  async untilClosed(): Promise<void> {
    await this.#changes.until(() => this.#isClosed);
  }

  get #commands(): RtmpCommand[] {
    return this.answers.filter((message) => message.typeId === MESSAGE.commandAmf0).map(readCommand);
  }

  #information(name: string): unknown[] {
    return this.#commands.flatMap(({ args: [value] }) =>
      typeof value === 'object' && value !== null && 'members' in value ? [value.members.get(name)] : [],
    );
  }
}

/** A logger of every level that keeps its lines. */
export function keepingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { logger: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }), lines };
}
