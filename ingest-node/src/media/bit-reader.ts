/** Reads past the end of a parameter set: it is damaged. */
export class BitstreamError extends Error {
  override readonly name = 'BitstreamError';
}

const GOLOMB_ZEROS_MAX = 31;

/** Bits and Exp-Golomb numbers out of a NAL unit, whose emulation prevention is undone (ISO/IEC 14496-10 §7.3.1, §9.1). */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(nalUnit: Uint8Array) {
    this.#bytes = withoutEmulation(nalUnit);
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw new BitstreamError(`bit ${this.#at} is past the end`);
    const bit = (byte >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return bit;
  }

  /** At most 31. */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    this.#at += count;
  }

  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros += 1;
      if (zeros > GOLOMB_ZEROS_MAX) throw new BitstreamError('a number without end');
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }
}

function withoutEmulation(nalUnit: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(nalUnit.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nalUnit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    bytes[length] = byte;
    length += 1;
  }
  return bytes.subarray(0, length);
}
