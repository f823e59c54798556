import { setTimeout as sleep } from 'node:timers/promises';

/** A line of so many bytes a second that all who send share, in the order in which they come. */
export class SharedLink {
  readonly #bytesPerS: number;
  #freeAtMs = 0;

  constructor(bytesPerS: number) {
    this.#bytesPerS = bytesPerS;
  }

  /** A body's pieces, each when the line has carried it. */
  async *carry(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of body) {
      const nowMs = performance.now();
      this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + (piece.length / this.#bytesPerS) * 1_000;
      await sleep(this.#freeAtMs - nowMs);
      yield piece;
    }
  }
}
