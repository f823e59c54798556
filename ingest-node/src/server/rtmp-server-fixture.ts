import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type RtmpCommand, readCommand } from '../rtmp/command.ts';
import { MESSAGE, type RtmpMessage } from '../rtmp/message.ts';
import { ClientBytes, ServerWords } from '../rtmp/rtmp-client-fixture.ts';
import { Changes } from './changes-fixture.ts';
import type { PublishAnswer } from './publisher.ts';
import { RtmpServer, type RtmpServerOptions } from './rtmp-server.ts';
import { HOST, SeeingNode, type SeeingNodeOptions, type SeenPublisher } from './seeing-node-fixture.ts';

/** An RTMP server in front of a node that writes down what it is told. */
export class ServerFixture extends SeeingNode implements AsyncDisposable {
  readonly #clients: ClientSocket[] = [];
  #server: RtmpServer | undefined;

  static async start(options: Partial<RtmpServerOptions> & SeeingNodeOptions = {}): Promise<ServerFixture> {
    const fixture = new ServerFixture(options);
    const { answer: _, onEvent: __, passphrase: ___, ...rest } = options;
    fixture.#server = await RtmpServer.listen({ ...fixture.serverOptions, ...rest });
    return fixture;
  }

  get server(): RtmpServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  url(streamKey: string, scheme: 'rtmp' | 'rtmps' = 'rtmp'): string {
    return `${scheme}://${HOST}:${this.server.port}/live/${streamKey}`;
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

/** Somebody who publishes; resolves once the server has said yes. */
export async function live(
  fixture: ServerFixture,
  key = 'key',
): Promise<{ client: ClientSocket; seen: SeenPublisher }> {
  const index = fixture.publishers.length;
  const client = await fixture.client();
  client.send(client.bytes.whole(key));
  await client.untilCode('NetStream.Publish.Start');
  return { client, seen: await fixture.publisher(index) };
}

/** A control API's no, and what the publisher is told of it. */
export const UNKNOWN_KEY: Extract<PublishAnswer, { ok: false }> = {
  ok: false,
  refusal: { code: 'unknown-stream-key', sentence: 'This stream key is not known here.' },
};
