import { CmafError } from './cmaf-error.ts';

/** Size and type (ISO/IEC 14496-12 §4.2). */
export const BOX_HEADER_BYTES = 8;
const U32_VALUES = 2 ** 32;

/** A box that is all there. */
export interface WholeBox {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Four characters of a type, as Latin-1: every value of a byte is one, so that nothing can fail here. */
export function boxType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Reads big-endian fields off a box's body, in order. Reading past the end throws CmafError. */
export class BoxFields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remainingBytes(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  u24(): number {
    return this.u8() * 0x10000 + this.u16();
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  u64(): number {
    return exact(this.u32() * U32_VALUES + this.u32());
  }

  /** A time, in all of its bits: as version 1 of a box has it, or version 0 (ISO/IEC 14496-12 §4.2.2). */
  time(version: number): bigint {
    return version === 0 ? BigInt(this.u32()) : this.#view.getBigUint64(this.#advance(8));
  }

  /** The same, before a track's beginning as well. */
  signedTime(version: number): bigint {
    return version === 0 ? BigInt(this.i32()) : this.#view.getBigInt64(this.#advance(8));
  }

  /** A version and flags. */
  versionAndFlags(): { readonly version: number; readonly flags: number } {
    return { version: this.u8(), flags: this.u24() };
  }

  skip(count: number): void {
    this.#advance(count);
  }

  /** A view, not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** A view of what is left. */
  rest(): Uint8Array {
    return this.bytes(this.remainingBytes);
  }

  #advance(count: number): number {
    if (count > this.remainingBytes) {
      throw new CmafError('box-truncated', `${count} bytes expected at ${this.#at}, ${this.remainingBytes} are there`);
    }
    const at = this.#at;
    this.#at += count;
    return at;
  }
}

/** A box in a box: there are a dozen in a real one. Above it somebody only wants us to be busy. */
const CHILDREN_MAX = 64;

/** The boxes in a body that has nothing else in it. Sizes of 0 and 1 are for what is too large to be in a box. */
export function childBoxes(body: Uint8Array): WholeBox[] {
  const boxes: WholeBox[] = [];
  const fields = new BoxFields(body);
  while (fields.remainingBytes > 0) {
    if (boxes.length >= CHILDREN_MAX) throw new CmafError('boxes-above-limit', `more than ${CHILDREN_MAX} in a box`);
    const sizeBytes = fields.u32();
    const type = boxType(fields.bytes(4), 0);
    if (sizeBytes < BOX_HEADER_BYTES) throw new CmafError('box-malformed', `a box of ${sizeBytes} bytes in a box`);
    boxes.push({ type, body: fields.bytes(sizeBytes - BOX_HEADER_BYTES) });
  }
  return boxes;
}

/** The body of the first box of a type; `undefined` if there is none. */
export function childBody(boxes: readonly WholeBox[], type: string): Uint8Array | undefined {
  return boxes.find((box) => box.type === type)?.body;
}

function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new CmafError('number-too-large', 'a number of more than 53 bits');
  return value;
}
