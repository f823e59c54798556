import type { PublishEnd, PublishEndReason, PublishRefusal } from '../server/publisher.ts';
import type { RtmpMessage } from './message.ts';
import { PlayStream } from './play-stream.ts';
import { PublishStream } from './publish-stream.ts';
import { RtmpError } from './rtmp-error.ts';
import { type Deadline, deadlineMsOf, deadlineOf } from './session-deadline.ts';
import type { SessionEffect } from './session-effect.ts';
import { afterInput, type SessionInput, type SessionState } from './session-life.ts';
import type { SessionLimits } from './session-limits.ts';
import { connectionClosed, refusalStatuses } from './status.ts';

export interface SessionCourseOptions {
  readonly limits: SessionLimits;
  readonly nowMs: number;
  /** Messages for the peer, in order. */
  send(...messages: readonly RtmpMessage[]): void;
  effect(effect: SessionEffect): void;
}

/** Where a session is in its life: its state, who publishes or plays in it, its deadline, and how it ends. */
export class SessionCourse {
  readonly #options: SessionCourseOptions;
  #state: SessionState = 'handshake';
  /** When the deadline of a state without a publisher began to run. */
  #sinceMs: number;
  #publisher: PublishStream | undefined;
  #player: PlayStream | undefined;
  #askCount = 0;
  nowMs: number;

  constructor(options: SessionCourseOptions) {
    this.#options = options;
    this.nowMs = options.nowMs;
    this.#sinceMs = options.nowMs;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** There while the state is `authorizing` or `publishing`. */
  get publisher(): PublishStream | undefined {
    return this.#publisher;
  }

  /** There while the state is `play-asking` or `playing`. */
  get player(): PlayStream | undefined {
    return this.#player;
  }

  /** The message stream on which something is published or played. */
  get usedStreamId(): number | undefined {
    return (this.#publisher ?? this.#player)?.messageStreamId;
  }

  /** The answer to a question of ours is waited for. */
  get isAsking(): boolean {
    return this.#state === 'authorizing' || this.#state === 'play-asking';
  }

  get deadline(): Deadline | undefined {
    return deadlineOf(this.#state, this.#publisher?.hasMedia ?? false);
  }

  /** Infinite for never. */
  get deadlineMs(): number {
    if (this.#publisher?.isTimeless) return Number.POSITIVE_INFINITY;
    if (this.#state === 'playing' && this.#player !== undefined) return this.#player.deadlineMs;
    return deadlineMsOf(this.deadline, this.#publisher?.sinceMs ?? this.#sinceMs, this.#options.limits);
  }

  /** Throws RtmpError for what is out of order. */
  advance(input: SessionInput): void {
    this.#state = afterInput(this.#state, input);
  }

  /** The time to publish or to play begins. */
  restartDeadline(): void {
    this.#sinceMs = this.nowMs;
  }

  beginPublish(messageStreamId: number): void {
    this.advance('publish');
    this.#countAsk();
    this.#publisher = new PublishStream(messageStreamId, this.nowMs);
  }

  beginPlay(messageStreamId: number): void {
    this.advance('play');
    this.#countAsk();
    this.restartDeadline();
    this.#player = new PlayStream(messageStreamId, this.#options.limits, this.nowMs);
  }

  /** Whoever publishes or plays says that it is over; the connection goes on. */
  stop(input: 'unpublish' | 'delete-stream', detail: string): void {
    this.advance(input);
    if (this.usedStreamId !== undefined) this.restartDeadline();
    this.#endStream({ reason: 'unpublished', detail });
  }

  refuse(refusal: PublishRefusal, reason: PublishEndReason): void {
    if (this.#state === 'closed') return;
    if (this.#publisher === undefined) this.sayGoodbye(refusal.sentence);
    else {
      this.#options.send(...refusalStatuses(this.#publisher.messageStreamId, refusal));
      this.#options.effect({ kind: 'refused', code: refusal.code });
    }
    this.close({ reason, detail: refusal.code });
  }

  /** Before the handshake is over there is no way to say anything. */
  sayGoodbye(description: string): void {
    if (this.#state === 'handshake' || this.#state === 'closed') return;
    this.#options.send(connectionClosed(this.usedStreamId ?? 0, description));
  }

  /** The end of the connection; the first reason is told. */
  close(end: PublishEnd): void {
    if (this.#state === 'closed') return;
    this.#endStream(end);
    this.advance('close');
    this.#options.effect({ kind: 'closed', end });
  }

  /** Throws RtmpError for one too many. */
  #countAsk(): void {
    this.#askCount++;
    const { asksMax } = this.#options.limits;
    if (this.#askCount > asksMax) throw new RtmpError('asks-above-limit', `asked more than ${asksMax} times`);
  }

  #endStream(end: PublishEnd): void {
    if (this.#publisher !== undefined) this.#options.effect({ kind: 'ended', end });
    if (this.#player !== undefined) this.#options.effect({ kind: 'play-ended' });
    this.#publisher = undefined;
    this.#player = undefined;
  }
}
