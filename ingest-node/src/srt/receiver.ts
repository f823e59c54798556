import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Logger } from 'pino';
import type { SourceEvent } from '../media/source.ts';
import { pipesOf, signalGroup } from '../transcode/child-group.ts';
import { StderrTail } from '../transcode/stderr-tail.ts';
import { WireError, WireReader, wholeMessage } from '../transcode/wire.ts';
import { FromReceiver, type StartMessage, sourceEventOf, type ToReceiver } from './receiver-messages.ts';

/** What a receiver tells its connection. Never called from inside a call to the receiver. */
export interface ReceiverListener {
  /** It is as confined as it can be here: the publisher may come. */
  onConfined(): void;
  onEvent(event: SourceEvent): void;
  onWarning(sentence: string): void;
  /** Nothing of what comes can be decoded; the receiver goes on until it is closed. */
  onUnusable(sentence: string): void;
  /** Once, last, whatever happened. */
  onGone(detail: string): void;
}

const NOTHING = new Uint8Array(0);
/** A stream's tables are worth a few. What says more was taken over by somebody: its notes are dropped. */
const NOTES_MAX = 64;

/** The parent's side of one SRT receiver: a process that speaks SRT and reads the transport stream in it. */
export class Receiver {
  readonly #child: ChildProcess;
  readonly #listener: ReceiverListener;
  readonly #logger: Logger;
  readonly #input: Writable;
  readonly #output: Readable;
  readonly #reader = new WireReader();
  readonly #stderr = new StderrTail();
  #hasConfined = false;
  #noteCount = 0;
  #verdict: string | undefined;
  #isGone = false;

  /** `child` was started by `receiverCommand`; from here on it is this object's. */
  constructor(options: {
    readonly child: ChildProcess;
    readonly start: StartMessage;
    readonly logger: Logger;
    readonly listener: ReceiverListener;
  }) {
    this.#child = options.child;
    this.#listener = options.listener;
    this.#logger = options.logger;
    const { input, output, stdout, stderr } = pipesOf(options.child);
    this.#input = input;
    this.#output = output;
    this.#watch(stdout, stderr);
    this.#send(options.start);
  }

  /** It listens, and has all that it needs: `onConfined` follows. */
  confine(): void {
    this.#send({ kind: 'confine' });
  }

  /** While paused, what comes waits in the receiver, whose buffers are bounded, and then is lost there. */
  setPaused(isPaused: boolean): void {
    if (isPaused) this.#output.pause();
    else this.#output.resume();
  }

  /** It holds nothing that anybody waits for, so it is ended at once. `onGone` follows. Idempotent. */
  close(): void {
    if (this.#isGone) return;
    this.#verdict ??= 'closed';
    this.#output.resume();
    signalGroup(this.#child, 'SIGKILL');
  }

  #send(message: ToReceiver): void {
    this.#input.write(wholeMessage(message, NOTHING));
  }

  #watch(stdout: Readable, stderr: Readable): void {
    // A pipe whose other end died gives EPIPE or ECONNRESET here; the process's end tells more.
    this.#input.on('error', () => {});
    this.#output.on('error', () => {});
    this.#output.on('data', (bytes: Uint8Array) => this.#read(bytes));
    stderr.on('data', (bytes: Uint8Array) => this.#stderr.push(bytes));
    // Nothing of ours writes there; it is emptied so that it can never block the child.
    stdout.resume();
    this.#child.on('error', (error) => this.#leave(`it could not be started: ${error.message}`));
    // 'close' and not 'exit': by then the pipes are read to their ends, so nothing received is lost.
    this.#child.on('close', (exitCode, signal) => this.#leave(`it died with ${signal ?? `exit code ${exitCode}`}`));
  }

  #read(bytes: Uint8Array): void {
    if (this.#verdict !== undefined) return;
    try {
      this.#reader.push(bytes);
      for (let message = this.#reader.next(); message !== undefined; message = this.#reader.next()) {
        if (this.#verdict !== undefined) return;
        const read = FromReceiver.safeParse(message.header);
        if (!read.success) {
          this.#condemn('it sent a message that is none');
          return;
        }
        this.#handle(read.data, message.payload);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#condemn(`it broke the framing: ${error.code}`);
    }
  }

  #handle(message: FromReceiver, payload: Uint8Array): void {
    switch (message.kind) {
      case 'ready':
        return;
      case 'confinement':
        // It was asked once.
        if (this.#hasConfined) return;
        this.#hasConfined = true;
        if (message.why !== undefined) this.#logger.warn({ why: message.why }, 'an SRT receiver is not confined');
        this.#listener.onConfined();
        return;
      case 'note':
        this.#noteCount += 1;
        if (this.#noteCount <= NOTES_MAX) this.#listener.onWarning(message.sentence);
        return;
      case 'unusable':
        this.#listener.onUnusable(message.sentence);
        return;
      case 'ended':
        this.#verdict ??= message.detail;
        return;
      default:
        this.#listener.onEvent(sourceEventOf(message, payload));
    }
  }

  #condemn(detail: string): void {
    this.#verdict ??= detail;
    this.close();
  }

  #leave(how: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#input.destroy();
    const lines = this.#stderr.lines();
    if (this.#verdict === undefined) this.#logger.warn({ how, stderrLines: lines }, 'an SRT receiver died');
    this.#listener.onGone(this.#verdict ?? how);
  }
}
