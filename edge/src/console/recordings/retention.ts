const DAY_MS = 24 * 3_600_000;

/** How long a recording is kept from now on, as people choose it. */
export const RETENTION_CHOICES = [
  { value: 'forever', name: 'For ever' },
  { value: '7', name: '7 days' },
  { value: '30', name: '30 days' },
  { value: '90', name: '90 days' },
  { value: '365', name: 'A year' },
] as const;
export type RetentionChoice = (typeof RETENTION_CHOICES)[number]['value'];

/** Until when; `null`: for ever. */
export function expiryOf(choice: RetentionChoice, nowMs: number): number | null {
  return choice === 'forever' ? null : nowMs + Number(choice) * DAY_MS;
}

/** `Kept`, `Kept for 6 more days`. */
export function retentionSentence(expiresAtMs: number | null, nowMs: number): string {
  if (expiresAtMs === null) return 'Kept';
  const days = Math.ceil((expiresAtMs - nowMs) / DAY_MS);
  if (days <= 0) return 'About to be removed';
  return days === 1 ? 'Kept for one more day' : `Kept for ${days} more days`;
}
