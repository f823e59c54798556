const FIRST_DELAY_MS = 500;
const DELAY_MS_MAX = 20_000;
/** The API lets 1,200 requests through in five minutes: after a whole one of these it does again. */
const RETRY_AFTER_MS_MAX = 5 * 60_000;

/** How long to wait before the next try. `attempt` counts from 0; `random` is in [0, 1). */
export function retryDelayMs(attempt: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, RETRY_AFTER_MS_MAX);
  const wholeMs = Math.min(FIRST_DELAY_MS * 2 ** attempt, DELAY_MS_MAX);
  return wholeMs / 2 + (random * wholeMs) / 2;
}

/** Retry-After is a number of seconds or a date (RFC 9110 §10.2.3). */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
