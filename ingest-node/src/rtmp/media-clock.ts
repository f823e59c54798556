/**
 * Carries RTMP's 32-bit milliseconds over their wrap-around, every 49.7 days. One clock for audio and video, so that
 * both agree on which round it is; a step of less than half a round, either way, is taken as it came.
 */
export class MediaClock {
  #lastMs: number | undefined;

  /** Milliseconds that do not wrap. The first ones are as they came. */
  unwrapMs(timestampMs: number): number {
    const lastMs = this.#lastMs ?? timestampMs;
    // `| 0` is arithmetic modulo 2^32, signed: exactly the shorter way round.
    this.#lastMs = lastMs + ((timestampMs - lastMs) | 0);
    return this.#lastMs;
  }
}
