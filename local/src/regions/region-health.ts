import assert from 'node:assert/strict';
import { nextRegionState, type RegionState } from './region-life.ts';

/** How a load balancer asks a region. */
export interface HealthCheck {
  /** From one question to the next. */
  readonly intervalMs: number;
  /** A question that is not answered in this time is answered with no. Not above the interval. */
  readonly timeoutMs: number;
  /** So many yeses in a row make a region healthy again. */
  readonly healthyCountMin: number;
  /** So many noes in a row make it unhealthy. */
  readonly unhealthyCountMin: number;
}

/**
 * Local mode's. A network load balancer asks every 5 s at the most often and believes two answers at the earliest (AWS,
 * Health checks for Network Load Balancer target groups), and names are remembered for 60 s on top of it; whoever kills
 * a region on a desk does not want to wait for so long.
 */
export const LOCAL_HEALTH_CHECK: HealthCheck = {
  intervalMs: 1_000,
  timeoutMs: 800,
  healthyCountMin: 2,
  unhealthyCountMin: 2,
};

export type HealthInput =
  | { readonly kind: 'time' }
  /** The answer to a question, with the question's number: late ones count for nothing. */
  | { readonly kind: 'answered'; readonly question: number; readonly isReady: boolean };

export type HealthEffect =
  | { readonly kind: 'ask'; readonly question: number }
  | { readonly kind: 'changed'; readonly state: RegionState };

/** The health of one region: time and answers in, questions and changes out. */
export class RegionHealth {
  readonly #check: HealthCheck;
  readonly #effects: HealthEffect[] = [];
  #state: RegionState = 'initial';
  #question = 0;
  #isOpen = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #yesCount = 0;
  #noCount = 0;

  constructor(check: HealthCheck) {
    assert(check.timeoutMs <= check.intervalMs, 'a question is answered before the next one is asked');
    this.#check = check;
  }

  get state(): RegionState {
    return this.#state;
  }

  /** When to say `time` next, in wall time. */
  get deadlineMs(): number {
    return this.#askedAtMs + (this.#isOpen ? this.#check.timeoutMs : this.#check.intervalMs);
  }

  handle(input: HealthInput, nowMs: number): void {
    if (input.kind === 'answered') {
      if (this.#isOpen && input.question === this.#question) this.#count(input.isReady);
      return;
    }
    if (nowMs < this.deadlineMs) return;
    if (this.#isOpen) this.#count(false);
    if (nowMs >= this.deadlineMs) this.#ask(nowMs);
  }

  /** What is to be done; `undefined`: nothing more. */
  poll(): HealthEffect | undefined {
    return this.#effects.shift();
  }

  #ask(nowMs: number): void {
    this.#question += 1;
    this.#isOpen = true;
    this.#askedAtMs = nowMs;
    this.#effects.push({ kind: 'ask', question: this.#question });
  }

  #count(isReady: boolean): void {
    this.#isOpen = false;
    this.#yesCount = isReady ? this.#yesCount + 1 : 0;
    this.#noCount = isReady ? 0 : this.#noCount + 1;
    const before = this.#state;
    if (this.#yesCount > 0) this.#state = nextRegionState(this.#state, 'passed-once');
    if (this.#yesCount >= this.#check.healthyCountMin) this.#state = nextRegionState(this.#state, 'passed');
    if (this.#noCount >= this.#check.unhealthyCountMin) this.#state = nextRegionState(this.#state, 'failed');
    if (this.#state !== before) this.#effects.push({ kind: 'changed', state: this.#state });
  }
}

/** The longest that a region can be dead before nobody new is sent to it. */
export function noticedAfterMs({ intervalMs, timeoutMs, unhealthyCountMin }: HealthCheck): number {
  return intervalMs * unhealthyCountMin + timeoutMs;
}
