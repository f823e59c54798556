import type { Conclusion } from './conclusion.ts';
import { inductionToReceiver } from './induction.ts';

/** A publisher's way to its receiver: looked for until it answers, then told of the publisher as often as that asks. */
export class Joining {
  readonly #conclusion: Conclusion;
  readonly #reachEveryMs: number;
  #reachMs = Number.POSITIVE_INFINITY;
  #cookie = 0;

  constructor(conclusion: Conclusion, { reachEveryMs }: { readonly reachEveryMs: number }) {
    this.#conclusion = conclusion;
    this.#reachEveryMs = reachEveryMs;
  }

  /** When the receiver is to be looked for, again. */
  get reachMs(): number {
    return this.#reachMs;
  }

  /** A receiver has been asked for. */
  begin(nowMs: number): void {
    this.#reachMs = nowMs;
  }

  /** What looks for it. */
  induction(nowMs: number): Uint8Array {
    this.#reachMs = nowMs + this.#reachEveryMs;
    return inductionToReceiver(this.#conclusion.ageUs(nowMs));
  }

  /** It has answered, with a cookie of its own. */
  found(cookie: number): void {
    this.#cookie = cookie;
    this.#reachMs = Number.POSITIVE_INFINITY;
  }

  /** What the publisher asks, for the receiver. */
  question(nowMs: number): Uint8Array {
    return this.#conclusion.relayed(this.#cookie, nowMs);
  }
}
