import { RtmpError, type RtmpErrorCode } from './rtmp-error.ts';

const UTF8 = new TextDecoder('utf-8');

/** Reads big-endian numbers, strings and slices off bytes that are all there; reading past the end throws `code`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #code: RtmpErrorCode;
  #offset = 0;

  constructor(bytes: Uint8Array, code: RtmpErrorCode) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#code = code;
  }

  get remainingBytes(): number {
    return this.#bytes.length - this.#offset;
  }

  peekU8(): number | undefined {
    return this.#bytes[this.#offset];
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  i16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  u24(): number {
    const at = this.#advance(3);
    return this.#view.getUint16(at) * 256 + this.#view.getUint8(at + 2);
  }

  /** Two's complement in 24 bits, as FLV's composition time is (FLV 10.1 §E.4.3.1). */
  i24(): number {
    return (this.u24() << 8) >> 8;
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** A view, not a copy. */
  bytes(sizeBytes: number): Uint8Array {
    const at = this.#advance(sizeBytes);
    return this.#bytes.subarray(at, at + sizeBytes);
  }

  /** A view of all that is left. */
  rest(): Uint8Array {
    return this.bytes(this.remainingBytes);
  }

  /** Malformed UTF-8 becomes U+FFFD: a name that cannot be read is no reason to end a broadcast. */
  utf8(sizeBytes: number): string {
    return UTF8.decode(this.bytes(sizeBytes));
  }

  #advance(sizeBytes: number): number {
    if (sizeBytes > this.remainingBytes) {
      throw new RtmpError(
        this.#code,
        `${sizeBytes} bytes expected at ${this.#offset}, ${this.remainingBytes} are there`,
      );
    }
    const at = this.#offset;
    this.#offset += sizeBytes;
    return at;
  }
}
