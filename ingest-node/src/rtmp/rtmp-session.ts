import type { SourceEvent } from '../media/source.ts';
import type { PublishEnd, PublishRefusal } from '../server/publisher.ts';
import { PUBLISHER_CHUNK_LIMITS } from './chunk-limits.ts';
import { readCommand } from './command.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { MessageMeter } from './message-meter.ts';
import { NetConnection } from './net-connection.ts';
import { PLAYER_TOO_SLOW } from './refusal-sentences.ts';
import { RtmpError } from './rtmp-error.ts';
import { RtmpWire } from './rtmp-wire.ts';
import { SessionCommands } from './session-commands.ts';
import { SessionCourse } from './session-course.ts';
import type { SessionEffect } from './session-effect.ts';
import type { SessionLimits } from './session-limits.ts';
import { playRefused, playUnpublished, reconnectRequested } from './status.ts';

export interface RtmpSessionOptions {
  readonly limits: SessionLimits;
  /** HANDSHAKE_RANDOM_BYTES of it. */
  readonly random: Uint8Array;
  readonly nowMs: number;
  /** Said to `connect` instead of a yes, when there is no room for this connection. */
  readonly connectRefusal?: PublishRefusal;
  /** Without it, `play` is refused and nobody is asked. */
  readonly canPlay?: boolean;
}

/**
 * One RTMP connection, the server's side, without its socket: bytes and time in, effects out. Nothing that a peer does
 * makes it throw. After each call, `poll` until it gives nothing, then wait for bytes or for `deadlineMs`.
 */
export class RtmpSession {
  readonly #limits: SessionLimits;
  readonly #wire: RtmpWire;
  readonly #connection: NetConnection;
  readonly #course: SessionCourse;
  readonly #commands: SessionCommands;
  readonly #meter = new MessageMeter();
  readonly #effects: SessionEffect[] = [];

  constructor({ limits, random, nowMs, connectRefusal, canPlay = false }: RtmpSessionOptions) {
    this.#limits = limits;
    const effect = (each: SessionEffect) => void this.#effects.push(each);
    const wire = new RtmpWire({
      random,
      nowMs,
      send: (bytes) => effect({ kind: 'send', bytes }),
      onChunk: () => this.#meter.countChunk(this.#course.nowMs),
    });
    this.#wire = wire;
    this.#connection = new NetConnection({ messageStreamsMax: limits.messageStreamsMax, refusal: connectRefusal });
    this.#course = new SessionCourse({ limits, nowMs, effect, send: (...messages) => wire.send(...messages) });
    this.#commands = new SessionCommands({
      course: this.#course,
      connection: this.#connection,
      wire,
      canPlay,
      effect,
    });
  }

  /** When `tick` is to be called; infinite for never. */
  get deadlineMs(): number {
    return this.#course.deadlineMs;
  }

  /** `false` while the socket should not be read: TCP then slows the peer down. */
  get wantsBytes(): boolean {
    if (this.#course.isAsking) return this.#wire.unreadBytes < this.#limits.unreadBytesMax;
    return !this.#course.publisher?.isPaused;
  }

  get isPlaying(): boolean {
    return this.#course.state === 'playing';
  }

  /** It is live, and understands `askToReconnect`. */
  get canMove(): boolean {
    return this.#course.state === 'publishing' && this.#connection.canReconnect;
  }

  receive(bytes: Uint8Array, nowMs: number): void {
    this.#course.nowMs = nowMs;
    if (this.#course.state === 'closed') return;
    this.#guard(() => {
      if (this.#course.usedStreamId === undefined) this.#meter.countStrangerBytes(bytes.length);
      this.#wire.receive(bytes);
    });
    const refusal = this.#course.publisher?.admit(bytes.length, nowMs);
    if (refusal !== undefined) this.#course.refuse(refusal, 'limit');
    if (this.#course.player?.admits(bytes.length, nowMs) === false) {
      this.#course.close({ reason: 'limit', detail: 'a player says too much' });
    }
  }

  /** The next effect, or `undefined` when there is none until something else happens. */
  poll(): SessionEffect | undefined {
    while (this.#effects.length === 0 && this.#mayRead && this.#guard(() => this.#step())) {
      // Each step reads one message, or a piece of one, which may have no effect.
    }
    return this.#effects.shift();
  }

  /** The yes to `publish-asked`. `bitrateBpsMax` takes the place of the limit's own. */
  grant(options: { readonly bitrateBpsMax?: number }, nowMs: number): void {
    this.#course.nowMs = nowMs;
    const { state, publisher } = this.#course;
    if (state !== 'authorizing' || publisher === undefined) return;
    this.#course.advance('granted');
    this.#meter.begin();
    this.#wire.setLimits(PUBLISHER_CHUNK_LIMITS);
    const { bitrateBpsMax = this.#limits.bitrateBpsMax } = options;
    this.#wire.send(...publisher.grant({ bitrateBpsMax, windowMs: this.#limits.bitrateWindowMs, nowMs }));
  }

  /** Sends the peer away with a sentence: the no to `publish-asked`, and the end of a live publisher. */
  refuse(refusal: PublishRefusal, nowMs: number): void {
    this.#course.nowMs = nowMs;
    this.#course.refuse(refusal, 'closed-by-us');
  }

  /** The yes to `play-asked`. */
  grantPlay(nowMs: number): void {
    this.#course.nowMs = nowMs;
    const { state, player } = this.#course;
    if (state !== 'play-asking' || player === undefined) return;
    this.#course.advance('play-granted');
    this.#meter.begin();
    this.#wire.send(...player.start(nowMs));
  }

  /** The no to `play-asked`, with a sentence for whoever wanted to see. */
  refusePlay(sentence: string, nowMs: number): void {
    this.#course.nowMs = nowMs;
    const { state, player } = this.#course;
    if (state !== 'play-asking' || player === undefined) return;
    this.#wire.send(...playRefused(player.messageStreamId, sentence));
    this.#course.close({ reason: 'closed-by-us', detail: 'play refused' });
  }

  /** Media for a player who has not read `unsentBytes` yet of what was sent before. */
  play(events: readonly SourceEvent[], unsentBytes: number, nowMs: number): void {
    this.#course.nowMs = nowMs;
    const { state, player } = this.#course;
    if (state !== 'playing' || player === undefined) return;
    const messages = player.write(events, { unsentBytes, nowMs });
    if (messages !== 'too-slow') {
      this.#wire.send(...messages);
      return;
    }
    this.#course.sayGoodbye(PLAYER_TOO_SLOW);
    this.#course.close({ reason: 'limit', detail: 'a player does not read in time' });
  }

  /** There is nothing more to play. */
  endPlay(sentence: string, nowMs: number): void {
    this.#course.nowMs = nowMs;
    const { state, player } = this.#course;
    if (state !== 'playing' || player === undefined) return;
    this.#wire.send(...playUnpublished(player.messageStreamId, sentence));
    this.#course.close({ reason: 'closed-by-us', detail: 'what was played is over' });
  }

  /** Holds a publisher back, from our yes on, or lets it go on. */
  setPaused(isPaused: boolean, nowMs: number): void {
    this.#course.nowMs = nowMs;
    this.#course.publisher?.setPaused(isPaused, nowMs);
  }

  /** Asks a publisher that understands it to connect anew, to another node (Enhanced RTMP v2). */
  askToReconnect(description: string): void {
    if (this.canMove) this.#wire.send(reconnectRequested(description));
  }

  /** The connection is gone, or of no use any more. */
  lose(end: PublishEnd, nowMs: number): void {
    this.#course.nowMs = nowMs;
    this.#course.close(end);
  }

  /** To be called at `deadlineMs`; earlier it does nothing. */
  tick(nowMs: number): void {
    this.#course.nowMs = nowMs;
    const { deadline } = this.#course;
    if (nowMs < this.deadlineMs) return;
    if (this.isPlaying) this.#askPlayer();
    else if (deadline === undefined) return;
    else if (deadline.refusal !== undefined) this.#course.refuse(deadline.refusal, 'timed-out');
    else {
      this.#course.sayGoodbye(deadline.sentence);
      this.#course.close({ reason: 'timed-out', detail: deadline.sentence });
    }
  }

  #askPlayer(): void {
    const words = this.#course.player?.atDeadline(this.#course.nowMs) ?? [];
    if (words === 'gone') this.#course.close({ reason: 'timed-out', detail: 'a player answers nothing' });
    else this.#wire.send(...words);
  }

  get #mayRead(): boolean {
    return this.#course.state !== 'closed' && !this.#course.isAsking && !this.#course.publisher?.isPaused;
  }

  /** What `act` gives, or `undefined` when the peer broke the protocol; that is the end of the connection. */
  #guard<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof RtmpError)) throw error;
      this.#course.sayGoodbye(`The encoder sent something that is not correct RTMP (${error.code}).`);
      this.#course.close({ reason: 'protocol-error', detail: error.message });
      return undefined;
    }
  }

  /** `false` while more bytes are needed. */
  #step(): boolean {
    const output = this.#course.publisher?.next();
    if (output !== undefined) {
      this.#meter.count(1, this.#course.nowMs);
      if (output.kind === 'unacceptable') this.#course.refuse(output.refusal, 'limit');
      else this.#effects.push(output);
      return true;
    }
    const input = this.#wire.next();
    this.#meter.count(this.#wire.takeMessageCount(), this.#course.nowMs);
    if (input?.kind === 'handshaken') {
      this.#course.advance('handshaken');
      this.#course.restartDeadline();
    } else if (input !== undefined) this.#handle(input.message);
    return input !== undefined;
  }

  #handle(message: RtmpMessage): void {
    const isCommand = message.typeId === MESSAGE.commandAmf0 || message.typeId === MESSAGE.commandAmf3;
    if (isCommand) this.#command(message);
    // Without a publisher it is media that was under way when its publisher stopped, and belongs to nobody.
    else this.#course.publisher?.read(message, this.#course.nowMs);
  }

  #command(message: RtmpMessage): void {
    this.#meter.countCommand(this.#course.nowMs);
    this.#commands.obey(readCommand(message));
    if (this.#course.usedStreamId === undefined) this.#meter.end();
  }
}
