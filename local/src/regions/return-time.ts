import { type HealthCheck, noticedAfterMs } from './region-health.ts';

/** When an encoder tries again after it was cut off. */
export interface RetryPace {
  readonly firstMs: number;
  /** Each wait is so many times the one before. */
  readonly factor: number;
}

/** OBS as it is installed: 2 s, and half as much again each time (obs-studio, libobs/obs-output.c). */
export const OBS_RETRIES: RetryPace = { firstMs: 2_000, factor: 1.5 };

/** The closest that a network load balancer can be set to (AWS, Health checks for Network Load Balancer target groups). */
export const CLOSEST_NLB_CHECK: HealthCheck = {
  intervalMs: 5_000,
  timeoutMs: 4_000,
  healthyCountMin: 2,
  unhealthyCountMin: 2,
};

/** An alias of a load balancer is remembered for so long, and nobody can set it (Route 53, Choosing between alias and non-alias records). */
export const ALIAS_TTL_MS = 60_000;

/**
 * The latest, after its region was lost, at which an encoder connects to another one. `rememberedMs`: so long it may hold
 * on to the address that it asked for before the loss was noticed. What it is told after that is right.
 */
export function returnsAfterMs(pace: RetryPace, check: HealthCheck, rememberedMs: number): number {
  const noticedMs = noticedAfterMs(check);
  let waitMs = pace.firstMs;
  let triedAtMs = waitMs;
  let rememberedUntilMs = 0;
  while (triedAtMs < noticedMs || triedAtMs < rememberedUntilMs) {
    if (triedAtMs < noticedMs) rememberedUntilMs = triedAtMs + rememberedMs;
    waitMs *= pace.factor;
    triedAtMs += waitMs;
  }
  return triedAtMs;
}
