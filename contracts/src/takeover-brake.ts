import { z } from 'zod';

/** After a takeover the next one has to wait so long; each time twice as long, up to the most. */
const REST_MS = 10_000;
const REST_MS_MAX = 300_000;
/** A channel that nobody took over for so long begins anew. */
const CALM_MS = 600_000;

/**
 * Takeovers of a publisher who still sends. Of two encoders that both connect again by themselves, each would push the
 * other out for ever, and viewers would see them in turns; so each takeover makes the next one wait for longer. A node
 * counts those among its own publishers, the edge those between nodes. Time is an argument, of any one clock.
 */
export const TakeoverBrake = z.object({
  lastMs: z.number(),
  /** How long the next one has to wait after that. */
  restMs: z.number().positive().max(REST_MS_MAX),
});
export type TakeoverBrake = z.infer<typeof TakeoverBrake>;

/** How long until a publisher who sends may be taken over; 0: now. */
export function takeoverRestMs(brake: TakeoverBrake | undefined, nowMs: number): number {
  if (brake === undefined) return 0;
  const restMs = brake.lastMs + brake.restMs - nowMs;
  // A clock that was set back makes nobody wait for longer.
  return Math.max(0, Math.min(brake.restMs, restMs));
}

/** The brake after one more takeover. */
export function takenOver(brake: TakeoverBrake | undefined, nowMs: number): TakeoverBrake {
  const isCalm = brake === undefined || nowMs - brake.lastMs >= CALM_MS;
  return { lastMs: nowMs, restMs: isCalm ? REST_MS : Math.min(REST_MS_MAX, brake.restMs * 2) };
}
