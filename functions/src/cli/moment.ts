import { z } from 'zod';
import { durationMs } from './typed-quantity.ts';

/** A time as people say it. */
export type SaidMoment =
  /** From now; negative: ago. */
  | { readonly kind: 'from-now'; readonly offsetMs: number }
  | { readonly kind: 'instant'; readonly atMs: number }
  /** The last time that the clock on the wall showed it. */
  | { readonly kind: 'time-of-day'; readonly hours: number; readonly minutes: number; readonly seconds: number };

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d{1,3})?))?$/;
/** ISO 8601: a date, and mostly a time and a zone. Without a zone it is the clock on the wall. */
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

export const MOMENT_WORDS = 'now, -30s (ago), +7d (from now), 18:20:05 (the last time it was), or 2026-11-01T18:20:00Z';

/** `undefined`: it is no time. */
export function readMoment(text: string): SaidMoment | undefined {
  if (text === 'now') return { kind: 'from-now', offsetMs: 0 };
  const sign = text[0] === '-' ? -1 : 1;
  if (/^[+-]/.test(text)) {
    const offsetMs = durationMs(text.slice(1), 's');
    return offsetMs === undefined ? undefined : { kind: 'from-now', offsetMs: sign * offsetMs };
  }
  const [whole, hours, minutes, seconds = '0'] = TIME_OF_DAY.exec(text) ?? [];
  if (whole !== undefined) {
    return { kind: 'time-of-day', hours: Number(hours), minutes: Number(minutes), seconds: Number(seconds) };
  }
  // ECMA-262 takes a date alone as UTC: here it is a day on the wall, as everything else without a zone.
  const dated = text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T');
  const atMs = ISO.test(text) ? Date.parse(dated) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : { kind: 'instant', atMs };
}

/** When that is. */
export function momentMs(moment: SaidMoment, nowMs: number): number {
  switch (moment.kind) {
    case 'from-now':
      return nowMs + moment.offsetMs;
    case 'instant':
      return moment.atMs;
    case 'time-of-day': {
      const { hours, minutes, seconds } = moment;
      const at = new Date(nowMs);
      at.setHours(hours, minutes, Math.floor(seconds), Math.round((seconds % 1) * 1_000));
      // By the calendar: where clocks are changed a day is not 24 hours.
      if (at.getTime() > nowMs) at.setDate(at.getDate() - 1);
      return at.getTime();
    }
  }
}

/** A time as an option. */
export const Moment = z.string().transform((text, context) => {
  const moment = readMoment(text);
  if (moment !== undefined) return moment;
  context.addIssue(`is a time: ${MOMENT_WORDS}`);
  return z.NEVER;
});
