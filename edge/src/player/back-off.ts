const FIRST_DELAY_MS = 500;
/** A viewer who waits for a channel should not wait long after the network is back. */
const DELAY_MS_MAX = 10_000;

/**
 * How long to wait before try number `attempt` (from 1) after a failure. `random` in [0, 1) spreads the viewers of a
 * channel, who all lost it in the same instant.
 */
export function backOffMs(attempt: number, random: number): number {
  const delayMs = Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return Math.round(delayMs * (0.5 + random / 2));
}
