/**
 * When the next line of figures is due: once in each period of the wall clock, at a phase of the node's own. Whoever counts
 * lines by the minute counts nodes; one that came on the full minute would be counted in one minute twice and in the next
 * not at all.
 */
export function nextFiguresMs(nowMs: number, { periodMs, phaseMs }: { periodMs: number; phaseMs: number }): number {
  const sincePhaseMs = (((nowMs - phaseMs) % periodMs) + periodMs) % periodMs;
  return nowMs + periodMs - sincePhaseMs;
}

/** A phase that is nowhere near the ends of a period. @param share from 0 to 1, at random. */
export function figuresPhaseMs(periodMs: number, share: number): number {
  return Math.round(periodMs * (1 / 6 + share * (4 / 6)));
}
