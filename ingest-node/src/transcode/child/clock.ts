/** The child's one clock: monotonic microseconds. */
export function nowUs(): number {
  return performance.now() * 1_000;
}

/** The wall time at a moment of the monotonic clock. */
export function wallMsAt(momentUs: number): number {
  return Date.now() - (nowUs() - momentUs) / 1_000;
}
