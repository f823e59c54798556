const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const SHORT_CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

/** `20:15:03`, in the zone of the machine. */
export function clockTime(atMs: number): string {
  return CLOCK.format(atMs);
}

/** `20:15`. */
export function shortClockTime(atMs: number): string {
  return SHORT_CLOCK.format(atMs);
}
