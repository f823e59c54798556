/**
 * Which track of a multitrack publisher is taken: the lowest number that has come before the first frame of the one that
 * was chosen. Enhanced RTMP v2 ("Track Ordering") recommends 0 for the most important one, and does not say that it
 * introduces itself first.
 */
export class TrackChoice {
  #chosen: number | undefined;
  #isSettled = false;
  readonly #others = new Set<number>();
  #isWarned = false;

  choose<T extends { readonly trackId: number; readonly kind: string }>(packets: readonly T[]): readonly T[] {
    for (const { trackId } of packets) this.#consider(trackId);
    const chosen = packets.filter((packet) => packet.trackId === this.#chosen);
    this.#isSettled ||= chosen.some((packet) => packet.kind === 'frames');
    return chosen;
  }

  /** The tracks left out, once; asked for when frames begin, because by then every track has introduced itself. */
  takeOthersOnce(): readonly number[] {
    if (this.#isWarned || this.#others.size === 0) return [];
    this.#isWarned = true;
    return [...this.#others].sort((a, b) => a - b);
  }

  get chosen(): number {
    return this.#chosen ?? 0;
  }

  #consider(trackId: number): void {
    const isBetter = this.#chosen === undefined || (!this.#isSettled && trackId < this.#chosen);
    if (isBetter) {
      if (this.#chosen !== undefined) this.#others.add(this.#chosen);
      this.#others.delete(trackId);
      this.#chosen = trackId;
    } else if (trackId !== this.#chosen) this.#others.add(trackId);
  }
}
