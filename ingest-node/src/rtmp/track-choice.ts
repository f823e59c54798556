/**
 * Which track of a multitrack publisher is taken: the one with the lowest number in the first message that has any.
 * Enhanced RTMP v2 ("Track Ordering") recommends 0 for the most important one.
 */
export class TrackChoice {
  #chosen: number | undefined;
  readonly #others = new Set<number>();
  #isWarned = false;

  choose<T extends { readonly trackId: number }>(packets: readonly T[]): readonly T[] {
    this.#chosen ??= Math.min(...packets.map((packet) => packet.trackId));
    for (const { trackId } of packets) if (trackId !== this.#chosen) this.#others.add(trackId);
    return packets.filter((packet) => packet.trackId === this.#chosen);
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
}
