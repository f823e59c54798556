import type { Finding } from './check.ts';

/** A clock that was read over a network. */
export interface ReadClock {
  readonly theirsMs: number;
  /** How fine it is: a Date header tells seconds. */
  readonly stepMs: number;
  /** By our clock, when it was asked for and when the answer was there. */
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

/** A live edge that is off by so much shows in what players measure. */
const OFF_MS_WARN = 2_000;
/** Calls from the control API to the edge are good for a minute. */
const OFF_MS_FAIL = 30_000;

/** How far a clock surely is from ours; 0 where the two agree within what can be told. */
export function clockOffMs({ theirsMs, stepMs, askedAtMs, answeredAtMs }: ReadClock): number {
  const aheadMs = theirsMs - answeredAtMs;
  const behindMs = askedAtMs - (theirsMs + stepMs);
  if (aheadMs > 0) return aheadMs;
  return behindMs > 0 ? -behindMs : 0;
}

/** Whether two clocks agree well enough. */
export function judgeClock(clock: ReadClock): Finding {
  const offMs = clockOffMs(clock);
  const offS = (Math.abs(offMs) / 1_000).toFixed(1);
  const says = `${offS} s ${offMs > 0 ? 'ahead of' : 'behind'} this machine’s`;
  const advice = 'See which of the two is wrong (timedatectl), and keep both by NTP: tokens and live edges go by them.';
  if (Math.abs(offMs) >= OFF_MS_FAIL) return { point: 'clock', verdict: 'fail', says, advice };
  if (Math.abs(offMs) >= OFF_MS_WARN) return { point: 'clock', verdict: 'warn', says, advice };
  return { point: 'clock', verdict: 'ok', says: 'agrees with this machine’s' };
}
