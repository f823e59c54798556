/**
 * A bad network for tests and by hand: a UDP proxy that delays each datagram and loses some, both ways. It stands for
 * `tc netem`, which needs root and a kernel that has it.
 *
 *   node ingest-node/src/srt/lossy-link-fixture.ts SERVER_PORT [--listen 0] [--delay 50] [--loss 0.05]
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const HOST = '127.0.0.1';

export interface LossyLinkOptions {
  readonly serverPort: number;
  readonly listenPort?: number;
  /** One way. */
  readonly delayMs?: number;
  /** Of all datagrams, each way. */
  readonly lossRatio?: number;
}

export class LossyLink implements AsyncDisposable {
  readonly #options: LossyLinkOptions;
  readonly #front: Socket = createSocket('udp4');
  readonly #backs = new Map<number, Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Always the same sequence, so that a test that fails fails again. */
  #seed = 1;
  lostCount = 0;
  passedCount = 0;
  /** Nothing more comes back to the client; what it sends still arrives. */
  isDeaf = false;

  private constructor(options: LossyLinkOptions) {
    this.#options = options;
  }

  static async open(options: LossyLinkOptions): Promise<LossyLink> {
    const link = new LossyLink(options);
    link.#front.on('message', (datagram, { port }) => link.#fromClient(datagram, port));
    link.#front.bind(options.listenPort ?? 0, HOST);
    await once(link.#front, 'listening');
    return link;
  }

  get port(): number {
    return this.#front.address().port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of [this.#front, ...this.#backs.values()]) socket.close();
  }

  #fromClient(datagram: Uint8Array, clientPort: number): void {
    const back = this.#backs.get(clientPort) ?? this.#openBack(clientPort);
    this.#carry(() => back.send(datagram, this.#options.serverPort, HOST));
  }

  #openBack(clientPort: number): Socket {
    const back = createSocket('udp4');
    back.on('message', (datagram) => {
      if (!this.isDeaf) this.#carry(() => this.#front.send(datagram, clientPort, HOST));
    });
    this.#backs.set(clientPort, back);
    return back;
  }

  #carry(send: () => void): void {
    if (this.#random() < (this.#options.lossRatio ?? 0)) {
      this.lostCount += 1;
      return;
    }
    this.passedCount += 1;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      send();
    }, this.#options.delayMs ?? 0);
    this.#timers.add(timer);
  }

  /** Mulberry32. */
  #random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      listen: { type: 'string', default: '0' },
      delay: { type: 'string', default: '50' },
      loss: { type: 'string', default: '0.05' },
    },
  });
  const link = await LossyLink.open({
    serverPort: Number(positionals[0]),
    listenPort: Number(values.listen),
    delayMs: Number(values.delay),
    lossRatio: Number(values.loss),
  });
  process.stdout.write(`udp ${HOST}:${link.port}\n`);
}
