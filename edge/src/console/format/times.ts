const LOCALE = 'en';
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Sooner than this ago is "just now". */
const NOW_MS = 45_000;
/** Longer ago than this the day says more than how many days it was. */
const DAYS_AGO_MAX = 14;

const AGO = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });

/** `0:42`, `12:07`, `1:02:33`: how long something has been going on. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / SECOND_MS));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}

/** `3 hours ago`, `yesterday`. */
export function formatAgo(atMs: number, nowMs: number): string {
  const agoMs = nowMs - atMs;
  if (agoMs < NOW_MS) return 'just now';
  if (agoMs < HOUR_MS) return AGO.format(-Math.max(1, Math.round(agoMs / MINUTE_MS)), 'minute');
  if (agoMs < DAY_MS) return AGO.format(-Math.round(agoMs / HOUR_MS), 'hour');
  const days = Math.round(agoMs / DAY_MS);
  return days <= DAYS_AGO_MAX ? AGO.format(-days, 'day') : formatDay(atMs);
}

/** `3 Nov 2026`, in the zone of the machine or of `timeZone`. */
export function formatDay(atMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', ...zone }).format(atMs);
}

/** `3 Nov 2026, 20:15`, in the zone of the machine or of `timeZone`. */
export function formatMoment(atMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', ...zone }).format(atMs);
}

/** What `<time datetime>` wants. */
export function machineTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
