import type { FrameRate } from '@sluice/contracts';

/** A machine that was busy for longer than this loses the frames of that time, as a camera would. */
const BEHIND_MS_MAX = 500;

/** Says which frame is due when, on a constant-rate grid that begins at `startMs`. Pure: the time is an argument. */
export class FramePacer {
  readonly #startMs: number;
  readonly #rate: FrameRate;
  #next = 0;

  constructor(startMs: number, frameRate: FrameRate) {
    this.#startMs = startMs;
    this.#rate = frameRate;
  }

  /** How long to wait for the next frame; 0 when it is due. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#startMs + this.#next * this.#frameMs() - nowMs);
  }

  /** Number of the frame that is due, and steps on. */
  take(nowMs: number): number {
    const lastDue = Math.floor(((nowMs - this.#startMs) * this.#rate.num) / (1_000 * this.#rate.den));
    const behindFramesMax = Math.ceil(BEHIND_MS_MAX / this.#frameMs());
    const frame = lastDue - this.#next > behindFramesMax ? lastDue : this.#next;
    this.#next = frame + 1;
    return frame;
  }

  #frameMs(): number {
    return (1_000 * this.#rate.den) / this.#rate.num;
  }
}
