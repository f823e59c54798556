import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:dgram';
import type { Logger } from 'pino';
import { Receiver, type ReceiverListener } from './receiver.ts';
import { freePort, openRelay } from './receiver-port.ts';
import type { SrtServerLimits } from './srt-limits.ts';

export interface ReceiverRouteOptions {
  readonly limits: SrtServerLimits;
  readonly logger: Logger;
  /** A process of `receiverCommand`. */
  takeReceiver(): ChildProcess;
  /** From the receiver, for the publisher. */
  onDatagram(datagram: Uint8Array): void;
  /** Its onGone comes once for a route that was opened, whatever happened. */
  readonly listener: ReceiverListener;
}

/** A connection's way to its receiver: the process, and a socket to the port that it listens on. */
export class ReceiverRoute {
  readonly #options: ReceiverRouteOptions;
  readonly #gone = Promise.withResolvers<void>();
  #relay: Socket | undefined;
  #receiver: Receiver | undefined;
  #isOpened = false;
  #isClosed = false;

  constructor(options: ReceiverRouteOptions) {
    this.#options = options;
  }

  /** Resolves when no process and no socket of it is left. */
  get released(): Promise<void> {
    return this.#isOpened ? this.#gone.promise : Promise.resolve();
  }

  /** Starts a receiver. Never rejects. */
  async open(passphrase: string | undefined): Promise<void> {
    const { limits, logger, takeReceiver, onDatagram, listener } = this.#options;
    this.#isOpened = true;
    try {
      const port = await freePort();
      this.#relay = await openRelay(port, { bufferBytes: limits.socketBufferBytes, onDatagram });
      if (this.#isClosed) {
        this.#left('closed');
        return;
      }
      this.#receiver = new Receiver({
        child: takeReceiver(),
        start: { kind: 'start', port, latencyMs: limits.latencyMsMin, ...(passphrase !== undefined && { passphrase }) },
        logger,
        listener: { ...listener, onGone: (detail) => this.#left(detail) },
      });
    } catch (error) {
      logger.error({ err: error }, 'an SRT receiver could not be started');
      this.#left('not started');
    }
  }

  /** What cannot be sent, because there is nobody yet or any more, is lost. */
  send(datagram: Uint8Array): void {
    this.#relay?.send(datagram);
  }

  /** See Receiver. */
  confine(): void {
    this.#receiver?.confine();
  }

  /** See Receiver. */
  setPaused(isPaused: boolean): void {
    this.#receiver?.setPaused(isPaused);
  }

  /** Nobody needs it any more. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#receiver?.close();
    this.#closeRelay();
  }

  #left(detail: string): void {
    this.#receiver = undefined;
    this.#closeRelay();
    this.#gone.resolve();
    this.#options.listener.onGone(detail);
  }

  #closeRelay(): void {
    this.#relay?.close();
    this.#relay = undefined;
  }
}
