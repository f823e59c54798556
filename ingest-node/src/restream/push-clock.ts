import type { SourcePacket } from '../media/source.ts';

/** A step of more than this is another publisher's time, or one that has begun anew. */
const FORWARD_US_MAX = 5_000_000;
const BACK_US_MAX = 500_000;
/** Where times go on after a seam: one picture of 30 a second later. */
const SEAM_US = 33_333;
/** Muxers want each packet of a track later than the one before. */
const STEP_US_MIN = 1_000;
/** H.264 reorders 16 pictures at most; more than this is a wrong time. */
const COMPOSITION_US_MAX = 5_000_000;

/** A packet's times on a target's clock. */
export interface PlacedTimes {
  readonly ptsUs: number;
  readonly dtsUs: number;
}

/**
 * The time of one connection to a target: 0 at its first packet, and from there it only grows. Where the publisher's own
 * time jumps, or another publisher sends, it goes on as if there were no gap: a target that was sent nothing has shown
 * nothing.
 */
export class PushClock {
  #offsetUs: number | undefined;
  #lastUs: number | undefined;
  readonly #lastOfUs = new Map<SourcePacket['kind'], number>();

  /** Another publisher sends from here on. */
  restart(): void {
    this.#offsetUs = undefined;
  }

  /** `undefined`: it is from before the first packet, and has no time here. */
  place({ kind, ptsUs, dtsUs }: SourcePacket): PlacedTimes | undefined {
    let placedUs = dtsUs + (this.#offsetUs ?? this.#begin(dtsUs));
    if (this.#isJump(kind, placedUs)) placedUs = dtsUs + this.#begin(dtsUs);
    if (placedUs < 0) return undefined;
    const lastOfUs = this.#lastOfUs.get(kind);
    if (lastOfUs !== undefined) placedUs = Math.max(placedUs, lastOfUs + STEP_US_MIN);
    this.#lastOfUs.set(kind, placedUs);
    this.#lastUs = Math.max(this.#lastUs ?? 0, placedUs);
    return { dtsUs: placedUs, ptsUs: placedUs + Math.min(COMPOSITION_US_MAX, Math.max(0, ptsUs - dtsUs)) };
  }

  #begin(dtsUs: number): number {
    const offsetUs = (this.#lastUs === undefined ? 0 : this.#lastUs + SEAM_US) - dtsUs;
    this.#offsetUs = offsetUs;
    return offsetUs;
  }

  #isJump(kind: SourcePacket['kind'], placedUs: number): boolean {
    if (this.#lastUs === undefined) return false;
    const lastOfUs = this.#lastOfUs.get(kind) ?? 0;
    return placedUs - this.#lastUs > FORWARD_US_MAX || lastOfUs - placedUs > BACK_US_MAX;
  }
}
