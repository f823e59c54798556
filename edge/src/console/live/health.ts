import type { BroadcastWarning } from '../api/broadcast.ts';
import type { BroadcastDetails } from '../api/broadcast-details.ts';

/** A warning is told once a minute while it holds: one that is older than two of them is over. */
const HOLDS_MS = 150_000;
/** A node tells its figures every ten seconds: after three of them it is not heard of. */
const SILENT_MS = 35_000;

/** How a live broadcast is. */
export interface BroadcastHealth {
  /** The worst of it. */
  readonly kind: 'good' | 'warning' | 'absent' | 'silent' | 'unknown';
  /** What is wrong now, the newest first. */
  readonly present: readonly BroadcastWarning[];
  /** What was wrong in this broadcast. */
  readonly past: readonly BroadcastWarning[];
}

/** @param figuresAtMs When the newest figures were; `undefined`: there were none. */
export function healthOf(
  { absentSinceMs, warnings }: Pick<BroadcastDetails, 'absentSinceMs' | 'warnings'>,
  figuresAtMs: number | undefined,
  nowMs: number,
): BroadcastHealth {
  const sorted = [...warnings].sort((one, other) => other.lastAtMs - one.lastAtMs);
  const present = sorted.filter(({ lastAtMs }) => lastAtMs > nowMs - HOLDS_MS);
  const past = sorted.filter((warning) => !present.includes(warning));
  return { kind: kindOf(), present, past };

  function kindOf(): BroadcastHealth['kind'] {
    if (absentSinceMs !== null) return 'absent';
    if (present.length > 0) return 'warning';
    if (figuresAtMs === undefined) return 'unknown';
    return nowMs - figuresAtMs > SILENT_MS ? 'silent' : 'good';
  }
}
