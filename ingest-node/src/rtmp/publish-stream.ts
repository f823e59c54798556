import type { PublishRefusal } from '../server/publisher.ts';
import type { RtmpMessage } from './message.ts';
import { type IntakeOutput, PublisherIntake } from './publisher-intake.ts';
import { publishStarted } from './status.ts';

/** One publisher, from `publish` to its end. */
export class PublishStream {
  readonly messageStreamId: number;
  readonly #askedMs: number;
  /** There from our yes on. */
  #intake: PublisherIntake | undefined;
  /** What is left of the message that was read last. */
  #outputs: Iterator<IntakeOutput> | undefined;
  #isPaused = false;

  constructor(messageStreamId: number, nowMs: number) {
    this.messageStreamId = messageStreamId;
    this.#askedMs = nowMs;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** It is us who hold the publisher back, so it cannot be late. */
  get isTimeless(): boolean {
    return this.#intake !== undefined && this.#isPaused;
  }

  /** Audio or video has come. */
  get hasMedia(): boolean {
    return this.#intake?.hasMedia ?? false;
  }

  /** When its deadline began to run. */
  get sinceMs(): number {
    return this.#intake?.sinceMs ?? this.#askedMs;
  }

  /** Our yes, and what goes with it. */
  grant(options: {
    readonly bitrateBpsMax: number;
    readonly windowMs: number;
    readonly nowMs: number;
  }): readonly RtmpMessage[] {
    this.#intake = new PublisherIntake(options);
    return publishStarted(this.messageStreamId);
  }

  setPaused(isPaused: boolean, nowMs: number): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#intake?.restart(nowMs);
  }

  /** Counts bytes of the connection; a refusal when they are too many for a whole window. */
  admit(sizeBytes: number, nowMs: number): PublishRefusal | undefined {
    return this.#intake?.admit(sizeBytes, nowMs);
  }

  /** Takes a message apart, which `next` then gives piece by piece: one message may hold many. */
  read(message: RtmpMessage, nowMs: number): void {
    this.#outputs = this.#intake?.read(message, nowMs);
  }

  /** What comes next of the message that was read, or `undefined` when nothing is left. Throws RtmpError and nothing else. */
  next(): IntakeOutput | undefined {
    const next = this.#outputs?.next();
    if (next === undefined || next.done === true) {
      this.#outputs = undefined;
      return undefined;
    }
    return next.value;
  }
}
