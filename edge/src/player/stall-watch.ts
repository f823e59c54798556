/** A playhead that has not moved for this long while it should is a stall that a viewer sees. */
const STALL_MS = 250;
/** hls.js nudges over holes by itself within three seconds; after this it has had its chance. */
const STUCK_MS = 8_000;

export interface PlayheadMotion {
  readonly nowMs: number;
  readonly positionS: number;
  /** The viewer wants it to play, and no seek is under way. */
  readonly shouldMove: boolean;
  /** There is media that it could move into, in the buffer or in the playlist. */
  readonly hasMedia: boolean;
}

/** `stalled` and `moving` are told once each, `stuck` once every STUCK_MS of a stall in which there was media. */
export type StallNews = 'stalled' | 'moving' | 'stuck' | undefined;

/** Sees from the playhead alone that playback stands still; browsers differ in when they fire `waiting`. Pure. */
export class StallWatch {
  #positionS = Number.NaN;
  #movedAtMs = 0;
  #stuckToldAtMs = 0;
  #isStalled = false;
  #stallCount = 0;
  #stalledMs = 0;

  /** It stands now. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  get stallCount(): number {
    return this.#stallCount;
  }

  /** All time spent in stalls that are over. */
  get stalledMs(): number {
    return this.#stalledMs;
  }

  step(motion: PlayheadMotion): StallNews {
    if (motion.positionS !== this.#positionS || !motion.shouldMove) return this.#moved(motion);
    const stillMs = motion.nowMs - this.#movedAtMs;
    if (!this.#isStalled && stillMs >= STALL_MS) {
      this.#isStalled = true;
      this.#stallCount += 1;
      this.#stuckToldAtMs = this.#movedAtMs;
      return 'stalled';
    }
    // Nobody has anything newer: what would be done about it could only show the viewer what was seen already.
    if (!motion.hasMedia) this.#stuckToldAtMs = motion.nowMs;
    if (this.#isStalled && motion.nowMs - this.#stuckToldAtMs >= STUCK_MS) {
      this.#stuckToldAtMs = motion.nowMs;
      return 'stuck';
    }
    return undefined;
  }

  #moved(motion: PlayheadMotion): StallNews {
    const wasStalled = this.#isStalled;
    if (wasStalled) this.#stalledMs += motion.nowMs - this.#movedAtMs;
    this.#isStalled = false;
    this.#positionS = motion.positionS;
    this.#movedAtMs = motion.nowMs;
    return wasStalled ? 'moving' : undefined;
  }
}
