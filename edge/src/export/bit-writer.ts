/** Bits one after the other, the most significant first. */
export class BitWriter {
  readonly #bits: number[] = [];

  put(value: number, bitCount: number): this {
    for (let shift = bitCount - 1; shift >= 0; shift -= 1) this.#bits.push((value >>> shift) & 1);
    return this;
  }

  /** Whole bytes, filled up with zeros. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    this.#bits.forEach((bit, index) => {
      bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (7 - (index & 7)));
    });
    return bytes;
  }
}
