/** The way from the camera to the playlist changes slowly; this much of each reading goes into its average. */
const WEIGHT = 0.1;

/**
 * How old media is when a playlist lists it: latency by the clock less the distance to the live edge. It turns the
 * target, which is a distance, into the latency that will come of it. Pure.
 */
export class UpstreamDelay {
  #averageMs: number | undefined;

  get averageMs(): number | undefined {
    return this.#averageMs;
  }

  add(latencyMs: number, distanceMs: number): void {
    const delayMs = latencyMs - distanceMs;
    this.#averageMs = this.#averageMs === undefined ? delayMs : this.#averageMs + WEIGHT * (delayMs - this.#averageMs);
  }

  forget(): void {
    this.#averageMs = undefined;
  }
}
