/** How far the arrow keys go, as everywhere. */
export const SEEK_STEP_MS = 5_000;
const SEEK_LEAP_MS = 60_000;

/** A window of time, in one unit of milliseconds from wherever. */
export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly nowMs: number;
}

/**
 * Where a key that was pressed on the slider leads (WAI-ARIA's slider pattern); `undefined`: it is none of its keys. Pure.
 */
export function soughtByKey(key: string, { startMs, endMs, nowMs }: TimeSpan): number | undefined {
  const toMs = {
    ArrowLeft: nowMs - SEEK_STEP_MS,
    ArrowDown: nowMs - SEEK_STEP_MS,
    ArrowRight: nowMs + SEEK_STEP_MS,
    ArrowUp: nowMs + SEEK_STEP_MS,
    PageDown: nowMs - SEEK_LEAP_MS,
    PageUp: nowMs + SEEK_LEAP_MS,
    Home: startMs,
    End: endMs,
  }[key];
  return toMs === undefined ? undefined : Math.min(endMs, Math.max(startMs, toMs));
}
