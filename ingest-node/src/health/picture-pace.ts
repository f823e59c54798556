import type { Arrival } from './source-figures.ts';

/** Without a picture for longer, the pause is part of what is measured, and no picture's duration. */
const STILL_MS = 500;
/** Shorter than this, the time since the only keyframe says nothing about the next one. */
const OPEN_INTERVAL_MS_MIN = 9_500;

/** Pictures a second and the keyframe interval, window after window. */
export class PicturePace {
  /** Where the counting stands: at a picture, or at the end of a window in whose last moments none came. */
  #fromMs: number | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #count = 0;
  #keyframe: Arrival | undefined;
  /** Since that keyframe. */
  #hasJumped = false;
  #intervalMs: number | undefined;
  #longestMs = 0;

  /** `hasJumped`: the publisher's clock, between the picture before and this one. */
  picture(picture: Arrival, hasJumped: boolean): void {
    this.#hasJumped ||= hasJumped;
    // The first one only begins the first duration.
    if (this.#fromMs === undefined) this.#fromMs = picture.nowMs;
    else this.#count += 1;
    this.#lastMs = picture.nowMs;
    if (picture.isKeyframe) this.#keyframeCame(picture);
  }

  /** What has come since the last call. */
  close(nowMs: number): { readonly fps: number; readonly keyframeIntervalMs: number | undefined } {
    const toMs = nowMs - this.#lastMs > STILL_MS ? nowMs : this.#lastMs;
    const spanMs = toMs - (this.#fromMs ?? toMs);
    const fps = spanMs > 0 ? (this.#count * 1_000) / spanMs : 0;
    const keyframeIntervalMs = this.#count > 0 ? this.#longestInterval(nowMs) : undefined;
    if (this.#fromMs !== undefined) this.#fromMs = toMs;
    this.#count = 0;
    this.#longestMs = 0;
    return { fps, keyframeIntervalMs };
  }

  #keyframeCame(keyframe: Arrival): void {
    const before = this.#keyframe;
    this.#keyframe = keyframe;
    if (before === undefined) {
      this.#hasJumped = false;
      return;
    }
    const elapsedMs = keyframe.nowMs - before.nowMs;
    const statedMs = keyframe.dtsMs - before.dtsMs;
    // The publisher's clock is the more exact one: no network is in it, and no stall.
    this.#intervalMs = this.#hasJumped ? elapsedMs : Math.max(0, statedMs);
    this.#hasJumped = false;
    this.#longestMs = Math.max(this.#longestMs, this.#intervalMs);
  }

  #longestInterval(nowMs: number): number | undefined {
    const openMs = this.#keyframe === undefined ? 0 : nowMs - this.#keyframe.nowMs;
    const closedMs = this.#longestMs > 0 ? this.#longestMs : this.#intervalMs;
    return openMs >= Math.max(OPEN_INTERVAL_MS_MIN, closedMs ?? 0) ? openMs : closedMs;
  }
}
