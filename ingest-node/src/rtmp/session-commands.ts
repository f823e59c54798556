import type { RtmpCommand } from './command.ts';
import { answerWithoutEffect, PLAY_REFUSED, playFailed, unpublished } from './command-answer.ts';
import type { NetConnection } from './net-connection.ts';
import { readPlayRequest } from './play-request.ts';
import { CHANNEL_MISSING, STREAM_KEY_MISSING } from './refusal-sentences.ts';
import { RtmpError } from './rtmp-error.ts';
import type { RtmpWire } from './rtmp-wire.ts';
import type { SessionCourse } from './session-course.ts';
import type { SessionEffect } from './session-effect.ts';
import { playRefused, playStopped } from './status.ts';
import { readStreamName } from './stream-name.ts';

/** Each of our answers fits into one chunk, which keeps them easy to read for any client. */
const CHUNK_BYTES = 4_096;

export interface SessionCommandsOptions {
  readonly course: SessionCourse;
  readonly connection: NetConnection;
  readonly wire: RtmpWire;
  readonly canPlay: boolean;
  effect(effect: SessionEffect): void;
}

/** Obeys what a client commands (RTMP 1.0 §7.2). Throws RtmpError for what is out of order, and nothing else. */
export class SessionCommands {
  readonly #options: SessionCommandsOptions;
  readonly #course: SessionCourse;
  readonly #connection: NetConnection;
  readonly #wire: RtmpWire;

  /** Every command that changes something, by its name. */
  readonly #acts: ReadonlyMap<string, (command: RtmpCommand) => void> = new Map([
    ['connect', (command) => this.#connect(command)],
    ['createStream', (command) => this.#createStream(command)],
    ['publish', (command) => this.#publish(command)],
    ['play', (command) => this.#play(command)],
    ['FCUnpublish', (command) => this.#unpublish(command)],
    ['closeStream', (command) => this.#closeStream(command)],
    ['deleteStream', (command) => this.#deleteStream(command)],
  ]);

  constructor(options: SessionCommandsOptions) {
    this.#options = options;
    this.#course = options.course;
    this.#connection = options.connection;
    this.#wire = options.wire;
  }

  obey(command: RtmpCommand): void {
    if (this.#course.state === 'greeted' && command.name !== 'connect') {
      throw new RtmpError('command-out-of-order', 'a command before connect');
    }
    const act = this.#acts.get(command.name);
    if (act === undefined) this.#wire.send(...answerWithoutEffect(command));
    else act(command);
  }

  #connect(command: RtmpCommand): void {
    this.#course.advance('connect');
    const { refusal } = this.#connection;
    if (refusal === undefined) this.#wire.sendChunkSize(CHUNK_BYTES);
    this.#wire.send(...this.#connection.connect(command));
    if (refusal === undefined) return;
    this.#options.effect({ kind: 'refused', code: refusal.code });
    this.#course.close({ reason: 'closed-by-us', detail: refusal.code });
  }

  #createStream(command: RtmpCommand): void {
    this.#course.advance('create-stream');
    this.#wire.send(...this.#connection.createStream(command));
  }

  #publish({ args: [publishName], messageStreamId }: RtmpCommand): void {
    this.#course.beginPublish(messageStreamId);
    const name = readStreamName(this.#connection.app, typeof publishName === 'string' ? publishName : '');
    if (name === undefined) this.#course.refuse(STREAM_KEY_MISSING, 'closed-by-us');
    else this.#options.effect({ kind: 'publish-asked', name });
  }

  #play(command: RtmpCommand): void {
    // Who publishes or plays already is not to lose it by this.
    if (!this.#options.canPlay || this.#course.state !== 'stream-created') {
      this.#wire.send(...playFailed(command, PLAY_REFUSED));
      return;
    }
    const { messageStreamId } = command;
    const [playName] = command.args;
    const request = readPlayRequest(this.#connection.app, typeof playName === 'string' ? playName : '');
    if (request === undefined) {
      this.#wire.send(...playRefused(messageStreamId, CHANNEL_MISSING));
      this.#course.close({ reason: 'closed-by-us', detail: 'no channel to play' });
      return;
    }
    this.#course.beginPlay(messageStreamId);
    this.#options.effect({ kind: 'play-asked', request });
  }

  #unpublish(command: RtmpCommand): void {
    if (this.#course.player === undefined) this.#stop('unpublish', command);
  }

  #closeStream(command: RtmpCommand): void {
    if (!this.#isOther(command.messageStreamId)) this.#stop('unpublish', command);
  }

  #deleteStream(command: RtmpCommand): void {
    const [id] = command.args;
    const messageStreamId = typeof id === 'number' ? id : this.#course.usedStreamId;
    if (messageStreamId !== undefined) this.#connection.deleteStream(messageStreamId);
    if (messageStreamId !== undefined && this.#isOther(messageStreamId)) return;
    this.#stop(this.#connection.streamCount > 0 ? 'unpublish' : 'delete-stream', command);
  }

  /** Something is published or played, and not on this stream. */
  #isOther(messageStreamId: number): boolean {
    const { usedStreamId } = this.#course;
    return usedStreamId !== undefined && usedStreamId !== messageStreamId;
  }

  /** Clients say it twice, in different words; the second time there is nobody left to end. */
  #stop(input: 'unpublish' | 'delete-stream', command: RtmpCommand): void {
    const { publisher, player } = this.#course;
    this.#course.stop(input, command.name);
    if (player === undefined) this.#wire.send(...unpublished(command, publisher?.messageStreamId));
    else this.#wire.send(...playStopped(player.messageStreamId));
  }
}
