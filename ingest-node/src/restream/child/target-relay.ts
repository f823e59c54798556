import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

const LOOPBACK = '127.0.0.1';
/** For what is on its way, and the target's own good-bye. */
const CLOSE_MS_MAX = 2_000;

/**
 * A port of this machine that leads to a target's connection: FFmpeg connects there, so that it neither resolves the
 * target's name itself nor checks certificates, which it would not do unless it was told to. It takes one connection.
 */
export class TargetRelay {
  readonly #target: Socket;
  readonly #server: Server;
  #local: Socket | undefined;
  readonly #targetGone = Promise.withResolvers<void>();
  #isTargetGone = false;

  /** `target` is connected, and has been read nothing of. From here on it is this object's. */
  static async open(target: Socket): Promise<TargetRelay> {
    const server = createServer({ noDelay: true });
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return new TargetRelay(target, server);
  }

  private constructor(target: Socket, server: Server) {
    this.#target = target;
    this.#server = server;
    target.on('error', () => {});
    target.on('close', () => {
      this.#isTargetGone = true;
      this.#local?.destroy();
      this.#targetGone.resolve();
    });
    server.once('connection', (local) => this.#join(local));
    server.on('error', () => {});
  }

  /** Without a path. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('a relay that does not listen');
    return `rtmp://${LOOPBACK}:${address.port}/`;
  }

  get sentBytes(): number {
    return this.#target.bytesWritten;
  }

  get heardBytes(): number {
    return this.#target.bytesRead;
  }

  get isTargetGone(): boolean {
    return this.#isTargetGone;
  }

  get targetGone(): Promise<void> {
    return this.#targetGone.promise;
  }

  /** Both sides. Resolves when the target has taken what was still to be sent, or does not. */
  async close(): Promise<void> {
    this.#server.close();
    // Where FFmpeg has closed its side, the pipe ends the target's behind the last byte of it.
    if (this.#local === undefined) this.#target.end();
    const timer = setTimeout(() => this.destroy(), CLOSE_MS_MAX);
    await this.#targetGone.promise;
    clearTimeout(timer);
  }

  /** At once. */
  destroy(): void {
    this.#server.close();
    this.#local?.destroy();
    this.#target.destroy();
  }

  #join(local: Socket): void {
    this.#server.close();
    this.#local = local;
    local.on('error', () => {});
    // Nobody reads the target any more, and its own end is not heard unless somebody does.
    local.on('close', () => this.#target.resume());
    if (this.#isTargetGone) {
      local.destroy();
      return;
    }
    local.pipe(this.#target);
    this.#target.pipe(local);
  }
}
