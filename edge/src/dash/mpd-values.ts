/** How values are written in an MPD (ISO/IEC 23009-1 §5.3.1.2, of the types of XML Schema). */

const NANOSECONDS = 1_000_000_000;
const NANOSECOND_DIGITS = 9;

/** An instant, in milliseconds since 1970, as xs:dateTime: `2026-11-25T12:00:00.000Z`. */
export function dateTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A number of milliseconds as xs:duration: `PT1.604S`. */
export function durationOfMs(ms: number): string {
  return durationOfTicks(ms, 1_000);
}

/**
 * Media time as xs:duration, what is under a nanosecond cut off: `PT4.266666666S`. Never rounded up: a client divides
 * durations by that of a segment, and whatever is left over would be one more segment.
 */
export function durationOfTicks(ticks: number, timescaleHz: number): string {
  const nanoseconds = Math.floor(((ticks % timescaleHz) * NANOSECONDS) / timescaleHz);
  const fraction = String(nanoseconds).padStart(NANOSECOND_DIGITS, '0').replace(/0+$/, '');
  return `PT${Math.floor(ticks / timescaleHz)}${fraction === '' ? '' : `.${fraction}`}S`;
}

/** Seconds as xs:duration, in as many digits as a client needs to get the same number: `PT12.800000011920929S`. */
export function exactDuration(seconds: number): string {
  return `PT${seconds}S`;
}

/** Frames a second as FrameRateType: `30`, or `30000/1001`. */
export function frameRateText({ num, den }: { readonly num: number; readonly den: number }): string {
  return den === 1 ? String(num) : `${num}/${den}`;
}
