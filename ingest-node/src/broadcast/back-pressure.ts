/**
 * Held back for more than this part of the time, an encoder has more to send than it can: it drops frames, or falls
 * behind. Less than this is a keyframe that takes a moment.
 */
const HELD_SHARE_MAX = 0.3;
/** What is held beyond that share, until the streamer is told: with no pause at all, within three seconds. */
const LASTING_MS = 2_000;
/**
 * A transcoder that has taken nothing for so long takes nothing any more. Sound of 32 kbit/s that is read no faster than
 * real time, the slowest that there is, needs 16 s for what may wait for it.
 */
const HELD_MS_MAX = 30_000;

export interface BackPressureListener {
  /** The source is held back for so much of the time that its encoder suffers. Again and again, as long as it is so. */
  onLasting(): void;
  /** Nothing was taken for HELD_MS_MAX. Once each time that it is held. */
  onStuck(): void;
}

/**
 * For how long a source is held back because the transcoder is full. That it is, now and then, is how a slow transcoder
 * slows its source down; this says when it is more than that.
 */
export class BackPressure {
  readonly #listener: BackPressureListener;
  readonly #nowMs: () => number;
  #heldAtMs: number | undefined;
  /** Held time beyond HELD_SHARE_MAX, at `#countedAtMs`. */
  #excessMs = 0;
  #countedAtMs = Number.NEGATIVE_INFINITY;
  #lastingTimer: NodeJS.Timeout | undefined;
  #stuckTimer: NodeJS.Timeout | undefined;

  constructor(listener: BackPressureListener, nowMs = () => performance.now()) {
    this.#listener = listener;
    this.#nowMs = nowMs;
  }

  /** The transcoder is full. Saying it twice changes nothing. */
  hold(): void {
    if (this.#heldAtMs !== undefined) return;
    this.#count();
    this.#heldAtMs = this.#nowMs();
    this.#stuckTimer = setTimeout(() => this.#listener.onStuck(), HELD_MS_MAX);
    this.#awaitLasting();
  }

  /** It has room again, or another one is there. */
  release(): void {
    if (this.#heldAtMs === undefined) return;
    this.#count();
    this.close();
  }

  /** Nothing is held back any more, and nobody is told. */
  close(): void {
    this.#heldAtMs = undefined;
    clearTimeout(this.#lastingTimer);
    clearTimeout(this.#stuckTimer);
  }

  #awaitLasting(): void {
    const afterMs = (LASTING_MS - this.#excessMs) / (1 - HELD_SHARE_MAX);
    // It may have been more than that already when the one before was let go.
    this.#lastingTimer = setTimeout(() => this.#lasts(), Math.max(0, Math.ceil(afterMs)));
  }

  #lasts(): void {
    this.#count();
    // Node's timers and the clock differ by less than a millisecond.
    if (this.#excessMs >= LASTING_MS - 1) {
      this.#excessMs = 0;
      this.#listener.onLasting();
    }
    this.#awaitLasting();
  }

  #count(): void {
    const nowMs = this.#nowMs();
    const sinceMs = nowMs - this.#countedAtMs;
    const heldMs = this.#heldAtMs === undefined ? 0 : sinceMs;
    this.#excessMs = Math.max(0, this.#excessMs + heldMs - sinceMs * HELD_SHARE_MAX);
    this.#countedAtMs = nowMs;
  }
}
