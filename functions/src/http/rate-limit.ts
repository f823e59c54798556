/** What one caller may do: so many at once, and so many a second after that. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** At the cap the caller that was heard of longest ago is forgotten: it begins anew with a full bucket. */
const CALLERS_MAX = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * Token buckets by caller. It counts what this process sees: where several answer, each lets that many through. Time is
 * an argument.
 */
export class RateLimits {
  readonly #limit: RateLimit;
  /** The one that was heard of longest ago first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  get callerCount(): number {
    return this.#buckets.size;
  }

  /** Takes one; how long to wait where there is none, 0: not at all. */
  take(caller: string, nowMs: number): number {
    const { burst, perSecond } = this.#limit;
    const bucket = this.#buckets.get(caller) ?? { tokens: burst, atMs: nowMs };
    const grown = (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1_000;
    const tokens = Math.min(burst, bucket.tokens + grown);
    const isTaken = tokens >= 1;
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: isTaken ? tokens - 1 : tokens, atMs: nowMs });
    this.#forgetOldest();
    return isTaken ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond);
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > CALLERS_MAX && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
