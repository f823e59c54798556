import type { Broadcast } from '../api/broadcast.ts';
import { formatBitrate } from '../format/numbers.ts';

/** A warning is told once a minute while it holds: one that is older than two of them is over. */
const WARNING_HOLDS_MS = 150_000;

/** How a broadcast is, in a line or two. */
export interface HealthGlance {
  readonly kind: 'good' | 'warning' | 'absent' | 'unknown';
  /** What comes in: "6.2 Mbit/s · 30 fps"; `undefined`: that is not known, or nothing comes. */
  readonly figures: string | undefined;
  /** What is wrong, and what to do; `undefined`: nothing is. */
  readonly trouble: string | undefined;
}

/** The worst of what is known of a broadcast. */
export function healthGlance({ absentSinceMs, warnings, health }: Broadcast, nowMs: number): HealthGlance {
  if (absentSinceMs !== null) {
    return { kind: 'absent', figures: undefined, trouble: 'No signal. Is the encoder still streaming?' };
  }
  const figures = health === null ? undefined : `${formatBitrate(health.bitrateBps)} · ${Math.round(health.fps)} fps`;
  const [newest] = warnings
    .filter(({ lastAtMs }) => lastAtMs > nowMs - WARNING_HOLDS_MS)
    .sort((one, other) => other.lastAtMs - one.lastAtMs);
  if (newest !== undefined) return { kind: 'warning', figures, trouble: newest.sentence };
  return { kind: figures === undefined ? 'unknown' : 'good', figures, trouble: undefined };
}
