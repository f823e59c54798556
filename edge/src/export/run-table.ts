import { PagedTable } from './paged-table.ts';

/** Numbers of which many in a row are the same, as pairs of a count and a value (`stts`, `ctts`). */
export class RunTable {
  readonly #pairs = new PagedTable();
  #count = 0;
  #value = 0;

  get last(): number {
    return this.#value;
  }

  /** What it takes of memory. */
  get sizeBytes(): number {
    return this.#pairs.sizeBytes;
  }

  push(value: number): void {
    if (value !== this.#value) this.#close();
    this.#value = value;
    this.#count += 1;
  }

  /** Gives the last number another value. */
  changeLast(value: number): void {
    this.#count -= 1;
    this.push(value);
  }

  /** All pairs, and how many they are. Nothing is to be pushed any more. */
  finish(): { readonly pairCount: number; readonly pieces: Uint8Array[] } {
    this.#close();
    return { pairCount: this.#pairs.count / 2, pieces: this.#pairs.pieces() };
  }

  #close(): void {
    if (this.#count === 0) return;
    this.#pairs.push(this.#count);
    // Composition offsets may be negative: 32 bits in two's complement.
    this.#pairs.push(this.#value < 0 ? this.#value >>> 0 : this.#value);
    this.#count = 0;
  }
}
