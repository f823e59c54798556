import { FetchCounter, type Fetches } from './fetches.ts';

/** What isolates told since it was passed on last. Time is an argument. */
export class PendingFetches {
  #counter: { readonly broadcastId: Fetches['broadcastId']; readonly counter: FetchCounter } | undefined;
  #takenAtMs: number | undefined;

  /** What is told of another broadcast than before begins anew: there is one live broadcast. */
  add(fetches: Fetches): void {
    const { broadcastId } = fetches;
    if (this.#counter?.broadcastId !== broadcastId) {
      this.#counter = { broadcastId, counter: new FetchCounter(broadcastId) };
    }
    this.#counter.counter.add(fetches);
  }

  /** All of it, and the time since it was taken before; `undefined`: nobody ever told anything. */
  take(nowMs: number): { readonly fetches: Fetches; readonly overMs: number } | undefined {
    const overMs = nowMs - (this.#takenAtMs ?? nowMs);
    this.#takenAtMs = nowMs;
    if (this.#counter === undefined) return undefined;
    return { fetches: this.#counter.counter.take(), overMs };
  }
}
