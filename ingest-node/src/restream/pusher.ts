import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Logger } from 'pino';
import type { SourceEvent } from '../media/source.ts';
import { pipesOf, signalGroup } from '../transcode/child-group.ts';
import { sourceEventMessage } from '../transcode/messages.ts';
import { WireError, WireReader, wholeMessage } from '../transcode/wire.ts';
import type { PushCause } from './push-course.ts';
import { FromPusher, type StartMessage, type ToPusher } from './pusher-messages.ts';

export interface PusherLimits {
  /** From its start to the first packet that the target has taken: addresses, TLS and a greeting have limits of their own. */
  readonly acceptedWithinMs: number;
  /** It tells how far it is once a second, from its own thread: one that does not has hung. */
  readonly silentMsMax: number;
  /** For the last packets to leave, once it was told to end. */
  readonly endWithinMs: number;
}

export const PUSHER_LIMITS: PusherLimits = { acceptedWithinMs: 45_000, silentMsMax: 10_000, endWithinMs: 4_000 };

/** What a pusher tells its push. Never called from inside a call to the pusher. */
export interface PusherListener {
  /** It can be sent the source. */
  onReachable(): void;
  onAccepted(): void;
  onProgress(sentBytes: number): void;
  /** Once, last, whatever happened. */
  onGone(cause: PushCause): void;
}

const NOTHING = new Uint8Array(0);
const HUNG: PushCause = { reason: 'node-failed', sentence: 'The process that pushes has hung, and was ended.' };
const LATE: PushCause = { reason: 'handshake-failed', sentence: 'The target did not take the stream in time.' };
export const TOO_SLOW: PushCause = {
  reason: 'too-slow',
  sentence: 'The target takes less than the publisher sends, and took nothing for a while.',
};

/** The parent's side of one pusher: a process that pushes to one target until it fails or is told to end. */
export class Pusher {
  readonly #child: ChildProcess;
  readonly #listener: PusherListener;
  readonly #limits: PusherLimits;
  readonly #input: Writable;
  readonly #reader = new WireReader();
  readonly #acceptTimer: NodeJS.Timeout;
  #wordTimer: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  #cause: PushCause | undefined;
  #heardAtMs = performance.now();
  #isEnding = false;
  #isGone = false;

  /** `child` was started by `pusherCommand`; from here on it is this object's. */
  constructor(options: {
    readonly child: ChildProcess;
    readonly start: StartMessage;
    readonly logger: Logger;
    readonly listener: PusherListener;
    readonly limits: PusherLimits;
  }) {
    this.#child = options.child;
    this.#listener = options.listener;
    this.#limits = options.limits;
    const { input, output, stdout, stderr } = pipesOf(options.child);
    this.#input = input;
    this.#watch({ stdout, stderr, output, logger: options.logger });
    this.#acceptTimer = setTimeout(() => this.kill(LATE), this.#limits.acceptedWithinMs);
    this.#awaitWord(this.#limits.silentMsMax);
    this.#send(options.start);
  }

  /** What it has not taken yet. */
  get queuedBytes(): number {
    return this.#input.writableLength;
  }

  write(events: readonly SourceEvent[]): void {
    if (this.#isEnding) return;
    for (const event of events) {
      const { header, payload } = sourceEventMessage(event);
      this.#input.write(wholeMessage(header, payload ?? NOTHING));
    }
  }

  /** After what it was given. `onGone` follows. Idempotent. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    clearTimeout(this.#acceptTimer);
    this.#send({ kind: 'end' });
    this.#endTimer = setTimeout(() => this.kill(HUNG), this.#limits.endWithinMs);
  }

  /** At once: what it has is not sent. `onGone` follows with this cause, unless it had one of its own. */
  kill(cause: PushCause): void {
    if (this.#isGone) return;
    this.#isEnding = true;
    this.#cause ??= cause;
    signalGroup(this.#child, 'SIGKILL');
  }

  #send(message: ToPusher): void {
    this.#input.write(wholeMessage(message, NOTHING));
  }

  #watch(from: {
    readonly stdout: Readable;
    readonly stderr: Readable;
    readonly output: Readable;
    readonly logger: Logger;
  }): void {
    // A pipe whose other end died gives EPIPE or ECONNRESET here; the process's end tells more.
    this.#input.on('error', () => {});
    from.output.on('error', () => {});
    from.output.on('data', (bytes: Uint8Array) => this.#read(bytes, from.logger));
    // Both are emptied so that they can never block it. What libraries print there is not kept: it may hold an address.
    from.stderr.resume();
    from.stdout.resume();
    this.#child.on('error', (error) => this.#leave(`could not be started: ${error.message}`));
    // 'close' and not 'exit': by then the pipes are read to their ends, so its last word was heard.
    this.#child.on('close', (exitCode, signal) => this.#leave(`died with ${signal ?? `exit code ${exitCode}`}`));
  }

  #read(bytes: Uint8Array, logger: Logger): void {
    if (this.#cause !== undefined) return;
    this.#heardAtMs = performance.now();
    try {
      this.#reader.push(bytes);
      for (let message = this.#reader.next(); message !== undefined; message = this.#reader.next()) {
        const read = FromPusher.safeParse(message.header);
        if (!read.success) {
          this.kill({ reason: 'node-failed', sentence: 'The process that pushes sent a message that is none.' });
          return;
        }
        this.#handle(read.data, logger);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.kill({ reason: 'node-failed', sentence: 'The process that pushes broke the framing.' });
    }
  }

  #handle(message: FromPusher, logger: Logger): void {
    switch (message.kind) {
      case 'ready':
        return;
      case 'reachable':
        this.#listener.onReachable();
        return;
      case 'accepted':
        clearTimeout(this.#acceptTimer);
        this.#listener.onAccepted();
        return;
      case 'unconfined':
        logger.warn({ why: message.why }, 'a pusher is not confined');
        return;
      case 'progress':
        this.#listener.onProgress(message.sentBytes);
        return;
      case 'ended':
        this.#cause = { reason: message.reason ?? 'connection-lost', sentence: message.sentence };
    }
  }

  /** The timer is not set anew with each word: it fires, finds that there was one, and sleeps on. */
  #awaitWord(withinMs: number): void {
    clearTimeout(this.#wordTimer);
    // What it has said lies unread where it is us who were away: that is read before the turn of setImmediate comes.
    this.#wordTimer = setTimeout(() => setImmediate(() => this.#lookForWord()), withinMs);
  }

  #lookForWord(): void {
    if (this.#isGone) return;
    const { silentMsMax } = this.#limits;
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs < silentMsMax) this.#awaitWord(silentMsMax - silentMs);
    else this.kill(HUNG);
  }

  #leave(how: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#isEnding = true;
    for (const timer of [this.#acceptTimer, this.#wordTimer, this.#endTimer]) clearTimeout(timer);
    this.#input.destroy();
    this.#listener.onGone(this.#cause ?? { reason: 'node-failed', sentence: `The process that pushes ${how}.` });
  }
}
