/** Segments are as long as the target, but for a last one here and there. A node that makes shorter ones gains nothing. */
const SEGMENTS_PER_TARGET_DURATION_MAX = 2;
const SHORT_SEGMENTS_MAX = 8;
/**
 * What stays, however many segments it is. rfc8216bis §6.2.2 asks for three, as they are printed, which is a little less
 * than they are.
 */
const KEPT_TARGET_DURATIONS_MIN = 4;
/** Of those whose parts are known, in six target durations: seven, and a short one or two. Each costs a kilobyte. */
const RECENT_SEGMENTS_MAX = 32;

export interface WindowLengthOptions {
  readonly timescaleHz: number;
  readonly targetDurationS: number;
  /** Whole segments are kept for at least this long. */
  readonly windowS: number;
}

/** What a rendition's window holds. */
export interface WindowHeld {
  readonly segmentCount: number;
  /** Of them, those whose parts are known. */
  readonly recentCount: number;
  /** Without the oldest segment. */
  readonly restTicks: number;
}

/** How many segments stay in a rendition's window, and for how long. */
export class WindowLength {
  readonly #windowTicks: number;
  readonly #keptTicksMin: number;
  readonly #segmentsMax: number;

  constructor({ timescaleHz, targetDurationS, windowS }: WindowLengthOptions) {
    this.#windowTicks = windowS * timescaleHz;
    this.#keptTicksMin = KEPT_TARGET_DURATIONS_MIN * targetDurationS * timescaleHz;
    this.#segmentsMax = Math.ceil(windowS / targetDurationS) * SEGMENTS_PER_TARGET_DURATION_MAX + SHORT_SEGMENTS_MAX;
  }

  /** One more segment can begin: there is a place, or the oldest can make one. */
  hasRoom({ segmentCount, recentCount, restTicks }: WindowHeld): boolean {
    if (recentCount >= RECENT_SEGMENTS_MAX) return false;
    return segmentCount < this.#segmentsMax || restTicks >= this.#keptTicksMin;
  }

  /** The oldest segment leaves: the rest is as much as there should be, or too many and enough. */
  isSurplus({ segmentCount, restTicks }: WindowHeld): boolean {
    return restTicks >= this.#windowTicks || (segmentCount > this.#segmentsMax && restTicks >= this.#keptTicksMin);
  }
}
