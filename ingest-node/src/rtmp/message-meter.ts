import { RateGate } from './rate-gate.ts';
import { RtmpError } from './rtmp-error.ts';

/** From the handshake to `publish` or `play`, encoders send about ten, and as many again for each time that they ask. */
const STRANGER_MESSAGES_MAX = 500;
/** These messages have some kilobytes in all, and 128 bytes a chunk where nobody says otherwise (RTMP 1.0 §5.4.1). */
const STRANGER_CHUNKS_MAX = 5_000;
/** Also behind a broadcast, when media that was under way comes in and belongs to nobody. */
const STRANGER_BYTES_MAX = 1_024 * 1_024;
/**
 * Messages of a publisher a second, and the same again for what is in them: 60 pictures, 50 frames of sound for each of
 * twelve tracks make 1,320. A message costs microseconds however small it is, and a bitrate alone allows millions.
 */
const MESSAGES_PER_SECOND_MAX = 4_000;
/** After a network stall, an encoder sends what it has kept all at once. */
const MESSAGES_WINDOW_MS = 5_000;
/** On top of its message: a command is read, obeyed and answered, and an encoder has hardly any. */
const MESSAGES_A_COMMAND = 2;
/** 50 Mbit/s in chunks of 128 bytes are 48,829. A chunk costs about as much however small it is. */
const CHUNKS_PER_SECOND_MAX = 60_000;
/** 15 MB that were kept in a stall. Not longer: all of it may be read in one turn of the event loop. */
const CHUNKS_WINDOW_MS = 2_000;

/** What a peer had us do before it was let in. */
interface StrangerWork {
  messages: number;
  chunks: number;
  bytes: number;
}

/** Keeps peers from making us work without sending much. Its calls throw RtmpError with an `-above-limit` code. */
export class MessageMeter {
  /** There for somebody who was let in. */
  #gates: { readonly messages: RateGate; readonly chunks: RateGate } | undefined;
  readonly #stranger: StrangerWork = { messages: 0, chunks: 0, bytes: 0 };

  /** Somebody was let in, to publish or to play. */
  begin(): void {
    this.#gates = {
      messages: new RateGate({ perSecondMax: MESSAGES_PER_SECOND_MAX, windowMs: MESSAGES_WINDOW_MS }),
      chunks: new RateGate({ perSecondMax: CHUNKS_PER_SECOND_MAX, windowMs: CHUNKS_WINDOW_MS }),
    };
    Object.assign(this.#stranger, { messages: 0, chunks: 0, bytes: 0 });
  }

  /** What was begun is over. */
  end(): void {
    this.#gates = undefined;
  }

  count(messages: number, nowMs: number): void {
    const isAdmitted = this.#gates?.messages.admits(messages, nowMs) ?? this.#countStranger({ messages });
    if (!isAdmitted) throw new RtmpError('messages-above-limit', 'more messages than any encoder sends');
  }

  /** On top of its message. */
  countCommand(nowMs: number): void {
    if (this.#gates !== undefined) this.count(MESSAGES_A_COMMAND, nowMs);
  }

  countChunk(nowMs: number): void {
    const isAdmitted = this.#gates?.chunks.admits(1, nowMs) ?? this.#countStranger({ chunks: 1 });
    if (!isAdmitted) throw new RtmpError('chunks-above-limit', 'more chunks than any encoder sends');
  }

  /** Of somebody who neither publishes nor plays, and has not asked for it. */
  countStrangerBytes(bytes: number): void {
    if (!this.#countStranger({ bytes })) {
      throw new RtmpError('stranger-bytes-above-limit', `more than ${STRANGER_BYTES_MAX} without publishing`);
    }
  }

  #countStranger({ messages = 0, chunks = 0, bytes = 0 }: Partial<StrangerWork>): boolean {
    this.#stranger.messages += messages;
    this.#stranger.chunks += chunks;
    this.#stranger.bytes += bytes;
    return (
      this.#stranger.messages <= STRANGER_MESSAGES_MAX &&
      this.#stranger.chunks <= STRANGER_CHUNKS_MAX &&
      this.#stranger.bytes <= STRANGER_BYTES_MAX
    );
  }
}
