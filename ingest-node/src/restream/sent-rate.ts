/** A target's bitrate changes with each keyframe: over some seconds it is even. */
const WINDOW_MS = 5_000;
const BITS_PER_BYTE = 8;
const MS_PER_S = 1_000;

/** The bitrate of the last seconds, out of what was sent until when. */
export class SentRate {
  /** The oldest first; one a second, so that they are few. */
  #samples: { readonly atMs: number; readonly sentBytes: number }[] = [];

  sample(sentBytes: number, atMs: number): void {
    this.#samples = [...this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS), { atMs, sentBytes }];
  }

  /** Another connection counts anew. */
  clear(): void {
    this.#samples = [];
  }

  get bitrateBps(): number {
    const [first, last] = [this.#samples.at(0), this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return Math.round(((last.sentBytes - first.sentBytes) * BITS_PER_BYTE * MS_PER_S) / (last.atMs - first.atMs));
  }
}
