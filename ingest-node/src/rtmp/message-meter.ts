import { RateGate } from './rate-gate.ts';
import { RtmpError } from './rtmp-error.ts';

/** From the handshake to `publish` or `play`, encoders send about ten, and as many again for each time that they ask. */
const STRANGER_MESSAGES_MAX = 500;
/**
 * Messages of a publisher a second, and the same again for what is in them: 60 pictures, 50 frames of sound for each of
 * twelve tracks make 1,320. A message costs microseconds however small it is, and a bitrate alone allows millions.
 */
const PER_SECOND_MAX = 4_000;
/** After a network stall, an encoder sends what it has kept all at once. */
const WINDOW_MS = 5_000;

/** Keeps peers from making us work without sending much. */
export class MessageMeter {
  #gate: RateGate | undefined;
  #strangerCount = 0;

  /** Somebody was let in, to publish or to play. */
  begin(): void {
    this.#gate = new RateGate({ perSecondMax: PER_SECOND_MAX, windowMs: WINDOW_MS });
    this.#strangerCount = 0;
  }

  /** What was begun is over. */
  end(): void {
    this.#gate = undefined;
  }

  /** Throws RtmpError `messages-above-limit`. */
  count(messages: number, nowMs: number): void {
    const isAdmitted = this.#gate?.admits(messages, nowMs) ?? this.#countStranger(messages);
    if (!isAdmitted) throw new RtmpError('messages-above-limit', 'more messages than any encoder sends');
  }

  #countStranger(messages: number): boolean {
    this.#strangerCount += messages;
    return this.#strangerCount <= STRANGER_MESSAGES_MAX;
  }
}
