import { FetchCounter, type Fetches } from './fetches.ts';

/** What was passed on, and the time since what was passed on before. */
export interface TakenFetches {
  readonly fetches: Fetches;
  readonly overMs: number;
}

/** Where nothing passes it on, it is added up this often. */
const DUE_MS = 4_000;

/** What isolates told since it was passed on last. Time is an argument. */
export class PendingFetches {
  #counter: { readonly broadcastId: Fetches['broadcastId']; readonly counter: FetchCounter } | undefined;
  #sinceMs: number | undefined;

  /** Of another broadcast than before it begins anew: the caller takes that of the live one only. */
  add(fetches: Fetches, nowMs: number): void {
    const { broadcastId } = fetches;
    if (this.#counter?.broadcastId !== broadcastId) {
      this.#counter = { broadcastId, counter: new FetchCounter(broadcastId) };
      this.#sinceMs = nowMs;
    }
    this.#counter.counter.add(fetches);
  }

  /** All of it; `undefined`: nobody ever told anything. */
  take(nowMs: number): TakenFetches | undefined {
    if (this.#counter === undefined || this.#sinceMs === undefined) return undefined;
    // Clocks are set back now and then.
    const overMs = Math.max(0, nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
    return { fetches: this.#counter.counter.take(), overMs };
  }

  /** The same, but not more often than is good for a mean. */
  due(nowMs: number): TakenFetches | undefined {
    return nowMs - (this.#sinceMs ?? nowMs) < DUE_MS ? undefined : this.take(nowMs);
  }

  /** It could not be passed on. */
  giveBack({ fetches, overMs }: TakenFetches): void {
    if (this.#counter?.broadcastId !== fetches.broadcastId || this.#sinceMs === undefined) return;
    this.#counter.counter.add(fetches);
    this.#sinceMs -= overMs;
  }
}
