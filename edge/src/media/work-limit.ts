/** The platform lets work go on so long after its request is over, then ends it without a word: no `finally` runs. */
const LOST_MS = 30_000;

/** Work that began and has not ended. */
export interface Work {
  readonly key: string | symbol;
  readonly amount: number;
  readonly sinceMs: number;
}

/**
 * How much of something may be under way in this isolate at once. Work that has not ended after 30 s counts no more,
 * so that what the platform has ended does not use the limit up for good. Time is an argument.
 */
export class WorkLimit {
  readonly #amountMax: number;
  /** In the order in which they began. */
  readonly #works = new Map<string | symbol, Work>();
  #amount = 0;

  constructor(amountMax: number) {
    this.#amountMax = amountMax;
  }

  /** `undefined`: it would be too much, or the same is under way. Else to be given to `end`. */
  begin(key: string | symbol, amount: number, nowMs: number): Work | undefined {
    this.#dropLost(nowMs);
    if (this.#works.has(key) || this.#amount + amount > this.#amountMax) return undefined;
    const work = { key, amount, sinceMs: nowMs };
    this.#works.set(key, work);
    this.#amount += amount;
    return work;
  }

  /** Of work that was taken for lost it is no matter. */
  end(work: Work): void {
    if (this.#works.get(work.key) !== work) return;
    this.#works.delete(work.key);
    this.#amount -= work.amount;
  }

  #dropLost(nowMs: number): void {
    for (const work of this.#works.values()) {
      if (work.sinceMs + LOST_MS > nowMs) return;
      this.end(work);
    }
  }
}
