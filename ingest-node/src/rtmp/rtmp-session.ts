import type { PublishEnd, PublishEndReason, PublishRefusal } from '../server/publisher.ts';
import { type ClientCapabilities, NO_CAPABILITIES, readClientCapabilities } from './capabilities.ts';
import { PUBLISHER_CHUNK_LIMITS } from './chunk-limits.ts';
import { type RtmpCommand, readCommand } from './command.ts';
import {
  answerWithoutEffect,
  connectAccepted,
  connectRejected,
  failure,
  result,
  unpublished,
} from './command-answer.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { MessageStreams } from './message-streams.ts';
import { PublisherIntake } from './publisher-intake.ts';
import { STREAM_KEY_MISSING } from './refusal-sentences.ts';
import { RtmpError } from './rtmp-error.ts';
import { RtmpWire } from './rtmp-wire.ts';
import { type Deadline, deadlineMsOf, deadlineOf } from './session-deadline.ts';
import type { SessionEffect } from './session-effect.ts';
import { afterInput, type SessionInput, type SessionState } from './session-life.ts';
import type { SessionLimits } from './session-limits.ts';
import { connectionClosed, publishStarted, reconnectRequested, refusalStatuses } from './status.ts';
import { readStreamName } from './stream-name.ts';

/** Our answers fit into one chunk each, which keeps them easy to read for any client. */
const ANSWER_CHUNK_BYTES = 4_096;
const STREAMS_FULL = 'This connection has created as many streams as it may.';

export interface RtmpSessionOptions {
  readonly limits: SessionLimits;
  /** HANDSHAKE_RANDOM_BYTES of it. */
  readonly random: Uint8Array;
  readonly nowMs: number;
  /** Said to `connect` instead of a yes, when there is no room for this connection. */
  readonly connectRefusal?: PublishRefusal;
}

/**
 * One RTMP connection, the server's side, without its socket: bytes and time in, effects out. Nothing that a peer does
 * makes it throw. After each call, `poll` until it gives nothing, then wait for bytes or for `deadlineMs`.
 */
export class RtmpSession {
  readonly #limits: SessionLimits;
  readonly #connectRefusal: PublishRefusal | undefined;
  readonly #wire: RtmpWire;
  readonly #streams: MessageStreams;
  readonly #effects: SessionEffect[] = [];
  #state: SessionState = 'handshake';
  #nowMs: number;
  /** When the deadline of a state without a publisher began to run. */
  #sinceMs: number;
  #app = '';
  #capabilities: ClientCapabilities = NO_CAPABILITIES;
  #publishStreamId = 0;
  /** There while the state is `publishing`. */
  #intake: PublisherIntake | undefined;
  #isPaused = false;

  constructor({ limits, random, nowMs, connectRefusal }: RtmpSessionOptions) {
    this.#limits = limits;
    this.#connectRefusal = connectRefusal;
    this.#wire = new RtmpWire({ random, nowMs, send: (bytes) => this.#effects.push({ kind: 'send', bytes }) });
    this.#streams = new MessageStreams(limits.messageStreamsMax);
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs;
  }

  /** When `tick` is to be called; infinite for never. */
  get deadlineMs(): number {
    // It is us who hold the publisher back, so it cannot be late.
    if (this.#intake !== undefined && this.#isPaused) return Number.POSITIVE_INFINITY;
    return deadlineMsOf(this.#deadline, this.#intake?.sinceMs ?? this.#sinceMs, this.#limits);
  }

  /** `false` while the socket should not be read: TCP then slows the peer down. */
  get wantsBytes(): boolean {
    if (this.#state === 'authorizing') return this.#wire.unreadBytes < this.#limits.unreadBytesMax;
    return !this.#isPaused;
  }

  receive(bytes: Uint8Array, nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#state === 'closed') return;
    this.#guard(() => this.#wire.receive(bytes));
    const refusal = this.#intake?.admit(bytes.length, nowMs);
    if (refusal !== undefined) this.#refuse(refusal, 'limit');
  }

  /** The next effect, or `undefined` when there is none until something else happens. */
  poll(): SessionEffect | undefined {
    while (this.#effects.length === 0 && this.#mayRead && this.#guard(() => this.#step())) {
      // Each step reads one message, which may have no effect.
    }
    return this.#effects.shift();
  }

  /** The yes to `publish-asked`. `bitrateBpsMax` takes the place of the limit's own. */
  grant(options: { readonly bitrateBpsMax?: number }, nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#state !== 'authorizing') return;
    this.#advance('granted');
    const bitrateBpsMax = options.bitrateBpsMax ?? this.#limits.bitrateBpsMax;
    this.#intake = new PublisherIntake({ bitrateBpsMax, windowMs: this.#limits.bitrateWindowMs, nowMs });
    this.#wire.setLimits(PUBLISHER_CHUNK_LIMITS);
    this.#wire.send(...publishStarted(this.#publishStreamId));
  }

  /** Sends the peer away with a sentence: the no to `publish-asked`, and the end of a live publisher. */
  refuse(refusal: PublishRefusal, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#refuse(refusal, 'closed-by-us');
  }

  /** Holds a publisher back, from our yes on, or lets it go on. */
  setPaused(isPaused: boolean, nowMs: number): void {
    this.#nowMs = nowMs;
    if (!this.#hasPublisher || this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#intake?.restart(nowMs);
  }

  /** Asks a publisher that understands it to connect anew, to another node (Enhanced RTMP v2). */
  askToReconnect(description: string): void {
    if (this.#state !== 'publishing' || !this.#capabilities.canReconnect) return;
    this.#wire.send(reconnectRequested(description));
  }

  /** The connection is gone, or of no use any more. */
  lose(end: PublishEnd, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#close(end);
  }

  /** To be called at `deadlineMs`; earlier it does nothing. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    const deadline = this.#deadline;
    if (deadline === undefined || nowMs < this.deadlineMs) return;
    if (deadline.refusal !== undefined) this.#refuse(deadline.refusal, 'timed-out');
    else {
      this.#sayGoodbye(deadline.sentence);
      this.#close({ reason: 'timed-out', detail: deadline.sentence });
    }
  }

  get #deadline(): Deadline | undefined {
    return deadlineOf(this.#state, this.#intake?.hasMedia ?? false);
  }

  get #hasPublisher(): boolean {
    return this.#state === 'authorizing' || this.#state === 'publishing';
  }

  get #mayRead(): boolean {
    return this.#state !== 'closed' && this.#state !== 'authorizing' && !this.#isPaused;
  }

  /** What `act` gives, or `undefined` when the peer broke the protocol; that is the end of the connection. */
  #guard<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof RtmpError)) throw error;
      this.#sayGoodbye(`The encoder sent something that is not correct RTMP (${error.code}).`);
      this.#close({ reason: 'protocol-error', detail: error.message });
      return undefined;
    }
  }

  /** `false` while more bytes are needed. */
  #step(): boolean {
    const input = this.#wire.next();
    if (input?.kind === 'handshaken') {
      this.#advance('handshaken');
      this.#sinceMs = this.#nowMs;
    } else if (input !== undefined) this.#handle(input.message);
    return input !== undefined;
  }

  #handle(message: RtmpMessage): void {
    if (message.typeId === MESSAGE.commandAmf0 || message.typeId === MESSAGE.commandAmf3) {
      this.#handleCommand(readCommand(message));
      return;
    }
    // Without a publisher it is media that was under way when its publisher stopped, and belongs to nobody.
    for (const output of this.#intake?.read(message, this.#nowMs) ?? []) {
      if (output.kind !== 'unacceptable') this.#effects.push(output);
      else {
        this.#refuse(output.refusal, 'limit');
        return;
      }
    }
  }

  #handleCommand(command: RtmpCommand): void {
    if (this.#state === 'greeted' && command.name !== 'connect') {
      throw new RtmpError('command-out-of-order', 'a command before connect');
    }
    switch (command.name) {
      case 'connect':
        this.#connect(command);
        break;
      case 'createStream':
        this.#createStream(command);
        break;
      case 'publish':
        this.#publish(command);
        break;
      case 'FCUnpublish':
        this.#unpublish('unpublish', command);
        break;
      case 'closeStream':
        this.#closeStream(command);
        break;
      case 'deleteStream':
        this.#deleteStream(command);
        break;
      default:
        this.#wire.send(...answerWithoutEffect(command));
    }
  }

  #connect(command: RtmpCommand): void {
    this.#advance('connect');
    if (this.#connectRefusal !== undefined) {
      const { code, sentence } = this.#connectRefusal;
      this.#wire.send(...connectRejected(command, sentence));
      this.#effects.push({ kind: 'refused', code });
      this.#close({ reason: 'closed-by-us', detail: code });
      return;
    }
    const app = command.object.get('app');
    this.#app = typeof app === 'string' ? app : '';
    this.#capabilities = readClientCapabilities(command.object);
    this.#wire.sendChunkSize(ANSWER_CHUNK_BYTES);
    this.#wire.send(...connectAccepted(command, this.#capabilities));
  }

  #createStream(command: RtmpCommand): void {
    this.#advance('create-stream');
    const id = this.#streams.create();
    this.#wire.send(...(id === undefined ? failure(command, STREAMS_FULL) : result(command, id)));
  }

  #publish({ args: [publishName], messageStreamId }: RtmpCommand): void {
    this.#advance('publish');
    this.#sinceMs = this.#nowMs;
    this.#publishStreamId = messageStreamId;
    const name = readStreamName(this.#app, typeof publishName === 'string' ? publishName : '');
    if (name === undefined) this.#refuse(STREAM_KEY_MISSING, 'closed-by-us');
    else this.#effects.push({ kind: 'publish-asked', name });
  }

  #closeStream(command: RtmpCommand): void {
    const isOther = this.#state === 'publishing' && command.messageStreamId !== this.#publishStreamId;
    if (!isOther) this.#unpublish('unpublish', command);
  }

  #deleteStream(command: RtmpCommand): void {
    const [id] = command.args;
    const messageStreamId = typeof id === 'number' ? id : this.#publishStreamId;
    this.#streams.delete(messageStreamId);
    const isOther = this.#state === 'publishing' && messageStreamId !== this.#publishStreamId;
    if (!isOther) this.#unpublish(this.#streams.count > 0 ? 'unpublish' : 'delete-stream', command);
  }

  /** Encoders say it twice, in different words; the second time there is nobody left to end. */
  #unpublish(input: 'unpublish' | 'delete-stream', command: RtmpCommand): void {
    const hadPublisher = this.#hasPublisher;
    this.#advance(input);
    this.#wire.send(...unpublished(command, hadPublisher ? this.#publishStreamId : undefined));
    if (!hadPublisher) return;
    this.#intake = undefined;
    this.#sinceMs = this.#nowMs;
    this.#effects.push({ kind: 'ended', end: { reason: 'unpublished', detail: command.name } });
  }

  #advance(input: SessionInput): void {
    this.#state = afterInput(this.#state, input);
  }

  #refuse(refusal: PublishRefusal, reason: PublishEndReason): void {
    if (this.#state === 'closed') return;
    if (this.#hasPublisher) {
      this.#wire.send(...refusalStatuses(this.#publishStreamId, refusal));
      this.#effects.push({ kind: 'refused', code: refusal.code });
    } else this.#sayGoodbye(refusal.sentence);
    this.#close({ reason, detail: refusal.code });
  }

  /** Before the handshake is over there is no way to say anything. */
  #sayGoodbye(description: string): void {
    if (this.#state === 'handshake' || this.#state === 'closed') return;
    this.#wire.send(connectionClosed(this.#hasPublisher ? this.#publishStreamId : 0, description));
  }

  #close(end: PublishEnd): void {
    if (this.#state === 'closed') return;
    if (this.#hasPublisher) this.#effects.push({ kind: 'ended', end });
    this.#advance('close');
    this.#intake = undefined;
    this.#isPaused = false;
    this.#effects.push({ kind: 'closed', end });
  }
}
