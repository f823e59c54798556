/**
 * Tells a loop that stands from one that is late, by looks and not by time: each look that finds no new beat counts one. A
 * machine that slept, a debugger or a container that was frozen stops whoever looks as well, so nothing is counted
 * meanwhile; and where there is too little CPU for everybody, looks come late, too.
 */
export class HeartbeatWatch {
  readonly #looksMax: number;
  #seen = 0;
  #missed = 0;

  /** @param looksMax so many looks in a row without a beat, and it stands. */
  constructor(looksMax: number) {
    this.#looksMax = looksMax;
  }

  /** @param beats counted so far, wrapping as it likes. `true`: it stands. */
  look(beats: number): boolean {
    this.#missed = beats === this.#seen ? this.#missed + 1 : 0;
    this.#seen = beats;
    return this.#missed >= this.#looksMax;
  }
}
