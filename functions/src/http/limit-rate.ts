import type { MiddlewareHandler } from 'hono';
import { callerName } from '../access/caller.ts';
import type { ApiEnv } from './api.ts';
import { type RateLimit, RateLimits } from './rate-limit.ts';
import { Refusal } from './refusal.ts';

/** A console with many tabs, or a program that imports a thousand channels in a minute. */
export const API_RATE_LIMIT: RateLimit = { burst: 100, perSecond: 20 };

/** 429 with Retry-After (RFC 6585 §4) for who calls too often. */
export function limitRate(limit: RateLimit, nowMs: () => number): MiddlewareHandler<ApiEnv> {
  const limits = new RateLimits(limit);
  return async (c, next) => {
    const waitMs = limits.take(`${c.var.caller.tenantId} ${callerName(c.var.caller)}`, nowMs());
    if (waitMs === 0) return await next();
    const sentence = `One caller has ${limit.perSecond} requests a second, and ${limit.burst} at once.`;
    throw new Refusal('too-many-requests', sentence, { 'retry-after': String(Math.ceil(waitMs / 1_000)) });
  };
}
