/** A step of more than this, either way, is another publisher, or one that has begun anew. */
const STEP_US_MAX = 5_000_000;
const TIMESTAMPS = 2 ** 32;

/**
 * A player's time: 0 at its first packet, and on from there. Where the publisher's own time jumps, because it came back
 * or because it is wrong, the player's goes on, since a player would wait for ever or end.
 */
export class PlayClock {
  #offsetUs: number | undefined;
  #lastUs = 0;

  /** RTMP's 32-bit milliseconds. */
  timestampMs(dtsUs: number): number {
    this.#offsetUs ??= -dtsUs;
    const stepUs = dtsUs + this.#offsetUs - this.#lastUs;
    if (Math.abs(stepUs) > STEP_US_MAX) this.#offsetUs = this.#lastUs - dtsUs;
    // What was sent before the first packet's time, by a little, cannot be said.
    this.#lastUs = Math.max(0, dtsUs + this.#offsetUs);
    return Math.floor(this.#lastUs / 1_000) % TIMESTAMPS;
  }
}
