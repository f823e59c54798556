/** The time in the child. Tests give one that they move. */
export interface Clock {
  /** Monotonic microseconds: what everything is placed and timed by. */
  nowUs(): number;
  /** The wall time at a moment of it: told once, of the broadcast's start. */
  wallMsAt(momentUs: number): number;
}

export const SYSTEM_CLOCK: Clock = {
  nowUs() {
    return performance.now() * 1_000;
  },
  wallMsAt(momentUs) {
    return Date.now() - (this.nowUs() - momentUs) / 1_000;
  },
};
