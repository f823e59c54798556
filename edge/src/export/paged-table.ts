import { ExportError } from './export-error.ts';

const PAGE_BYTES = 64 * 1024;
const NUMBER_BYTES = 4;
const U32_MAX = 0xffff_ffff;

/**
 * Numbers of 32 bits as they stand in a box, big endian: pages of bytes, so that a table grows without being copied and
 * is written as it is.
 */
export class PagedTable {
  readonly #full: Uint8Array[] = [];
  #page = new Uint8Array(0);
  #view = new DataView(this.#page.buffer);
  #usedBytes = 0;

  get count(): number {
    return (this.#full.length * PAGE_BYTES + this.#usedBytes) / NUMBER_BYTES;
  }

  /** What it takes of memory. */
  get sizeBytes(): number {
    return this.#full.length * PAGE_BYTES + this.#page.length;
  }

  push(value: number): void {
    if (value < 0 || value > U32_MAX) throw new ExportError('table-overflow', `${value} has more than 32 bits`);
    if (this.#usedBytes === this.#page.length) this.#turn();
    this.#view.setUint32(this.#usedBytes, value);
    this.#usedBytes += NUMBER_BYTES;
  }

  /** All of it, in order. They are views: nothing is to be pushed any more. */
  pieces(): Uint8Array[] {
    return [...this.#full, this.#page.subarray(0, this.#usedBytes)];
  }

  #turn(): void {
    if (this.#page.length > 0) this.#full.push(this.#page);
    this.#page = new Uint8Array(PAGE_BYTES);
    this.#view = new DataView(this.#page.buffer);
    this.#usedBytes = 0;
  }
}
