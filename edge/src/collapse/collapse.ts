import type { Flight, Seat, Wake } from './flight.ts';
import { type FlightLimits, FlightTable, type TimeUp } from './flight-table.ts';
import { RecentAnswers, type RecentLimits } from './recent-answers.ts';

/** Why a request has no answer. `gave-up`: after `giveUpMs`. */
export type CollapseRefusal = 'too-many-waiting' | 'gave-up';

export interface CollapseOptions<Value> extends FlightLimits {
  /** The answer for a request that gets none. */
  refuse(why: CollapseRefusal): Value;
  /** Answers that may be given again for a moment; without it nothing is remembered once it was given. */
  readonly recent?: RecentLimits<Value>;
}

/** The platform's promise to go on with work after its request was answered or has gone. */
export type RequestLife = Pick<ExecutionContext, 'waitUntil'>;

/**
 * Requests for the same thing that meet in this isolate are one: the first does the work, all get its answer.
 *
 * `Value` must be plain data: streams, responses and stubs belong to the request that made them, and the platform lets
 * no other touch them. The same goes for `work`, which therefore always runs in the request that called `run`.
 */
export class Collapse<Value> {
  readonly #options: CollapseOptions<Value>;
  readonly #table: FlightTable<Value>;
  readonly #recent: RecentAnswers<Value> | undefined;

  constructor(options: CollapseOptions<Value>) {
    this.#options = options;
    this.#table = new FlightTable(options);
    this.#recent = options.recent && new RecentAnswers(options.recent);
  }

  /** Keys with work under way. */
  get keys(): number {
    return this.#table.keys;
  }

  /**
   * The answer for a key: remembered, somebody else's, or by `work`. Throws what `work` threw, when two in a row have
   * failed or there is nobody else to try.
   */
  async run(key: string, life: RequestLife, work: () => Promise<Value>): Promise<Value> {
    const recent = this.#recent?.get(key, Date.now());
    if (recent !== undefined) return recent;
    const joined = this.#table.join(key, Date.now());
    if (joined.kind === 'alone') return work();
    if (joined.kind === 'refused') return this.#options.refuse('too-many-waiting');
    const { flight, seat } = joined;
    const lead = () => life.waitUntil(this.#fly(flight, work));
    if (joined.kind === 'lead') lead();
    return this.#await(flight, seat, lead);
  }

  /** What is remembered under a key is not true any more. Work that is under way may still land. */
  forget(key: string): void {
    this.#recent?.forget(key);
  }

  /** Never throws: it is what `waitUntil` is given. */
  async #fly(flight: Flight<Value>, work: () => Promise<Value>): Promise<void> {
    try {
      const value = await work();
      this.#recent?.put(flight.key, value, Date.now());
      this.#table.land(flight, value);
    } catch (error) {
      this.#table.fail(flight, error, Date.now());
    }
  }

  async #await(flight: Flight<Value>, seat: Seat<Value>, lead: () => void): Promise<Value> {
    for (;;) {
      const wake = await this.#nextWake(flight, seat);
      if (wake.kind === 'landed') return wake.value;
      if (wake.kind === 'failed') throw wake.error;
      if (wake.kind === 'gave-up') return this.#options.refuse('gave-up');
      if (wake.kind === 'lead') lead();
    }
  }

  /** Each request waits on a promise and a timer of its own, so none hangs when another request ends. */
  async #nextWake(flight: Flight<Value>, seat: Seat<Value>): Promise<Wake<Value> | { readonly kind: TimeUp }> {
    if (seat.told === undefined) {
      const waitMs = Math.max(0, this.#table.deadlineMs(flight, seat) - Date.now());
      const { promise: rung, resolve: ring } = Promise.withResolvers<void>();
      seat.ring = ring;
      const timer = setTimeout(ring, waitMs);
      await rung;
      // Here and not where it was told: that is another request, and timers are the platform's.
      clearTimeout(timer);
    }
    const { told } = seat;
    seat.told = undefined;
    return told ?? { kind: this.#table.timeUp(flight, seat, Date.now()) };
  }
}
