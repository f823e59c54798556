import type { ToChild } from '../messages.ts';

/** A message from the parent with its payload. */
export interface Letter {
  readonly message: ToChild;
  readonly payload: Uint8Array;
}

/**
 * What may wait here: all that a parent which minds its full pipe has under way at the end of a broadcast, so that a
 * stop behind held back media is seen. More stays in the pipe, and so with the publisher.
 */
export const INBOX_BYTES_MAX = 1024 * 1024;
/** A message without a payload costs memory, too. */
const LETTER_BYTES = 256;

/** Messages between the pipe and the session, which takes them one by one. */
export class Inbox {
  readonly #letters: Letter[] = [];
  #heldBytes = 0;
  #arrival = Promise.withResolvers<void>();
  #stop = Promise.withResolvers<void>();
  #isStopSeen = false;

  /** No more should be read from the pipe. */
  get isFull(): boolean {
    return this.#heldBytes >= INBOX_BYTES_MAX;
  }

  /** Resolves as soon as a stop has arrived, whatever waits in front of it. */
  get stopSeen(): Promise<void> {
    return this.#stop.promise;
  }

  get isStopSeen(): boolean {
    return this.#isStopSeen;
  }

  put(letter: Letter): void {
    this.#letters.push(letter);
    this.#heldBytes += letter.payload.length + LETTER_BYTES;
    if (letter.message.kind === 'stop') {
      this.#isStopSeen = true;
      this.#stop.resolve();
    }
    this.#arrival.resolve();
  }

  /** The next message, when there is one. */
  async take(): Promise<Letter> {
    for (;;) {
      const letter = this.#letters.shift();
      if (letter !== undefined) {
        this.#heldBytes -= letter.payload.length + LETTER_BYTES;
        return letter;
      }
      this.#arrival = Promise.withResolvers<void>();
      await this.#arrival.promise;
    }
  }
}
