/** The mean of values, each by the time for which it held. */
export class WeightedMean {
  #sum = 0;
  #weightMs = 0;

  add(value: number, weightMs: number): void {
    this.#sum += value * weightMs;
    this.#weightMs += weightMs;
  }

  get weightMs(): number {
    return this.#weightMs;
  }

  /** `undefined`: nothing was added. */
  get value(): number | undefined {
    return this.#weightMs === 0 ? undefined : this.#sum / this.#weightMs;
  }
}
