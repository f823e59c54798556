import { z } from 'zod';

/** Counts by name. */
export const NamedCounts = z.record(z.string(), z.int().nonnegative());
export type NamedCounts = z.infer<typeof NamedCounts>;

/** Of names that strangers may make up: further ones are not counted. */
const NAMES_MAX = 64;

/** Counts things by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    const before = this.#counts.get(name);
    if (before === undefined && this.#counts.size >= NAMES_MAX) return;
    this.#counts.set(name, (before ?? 0) + count);
  }

  addAll(counts: NamedCounts): void {
    for (const [name, count] of Object.entries(counts)) this.add(name, count);
  }

  counts(): NamedCounts {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#counts.clear();
  }
}
