const INITIAL_BYTES = 256;
const UTF8 = new TextEncoder();

/** Appends big-endian numbers, strings and slices to a growing buffer. */
export class ByteWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #sizeBytes = 0;

  u8(value: number): this {
    const at = this.#advance(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#advance(2);
    this.#view.setUint16(at, value);
    return this;
  }

  i16(value: number): this {
    const at = this.#advance(2);
    this.#view.setInt16(at, value);
    return this;
  }

  u24(value: number): this {
    return this.u8((value >>> 16) & 0xff).u16(value & 0xffff);
  }

  u32(value: number): this {
    const at = this.#advance(4);
    this.#view.setUint32(at, value);
    return this;
  }

  /** Only the message stream id of RTMP is little-endian (RTMP 1.0 §5.3.1.2.5). */
  u32LittleEndian(value: number): this {
    const at = this.#advance(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  f64(value: number): this {
    const at = this.#advance(8);
    this.#view.setFloat64(at, value);
    return this;
  }

  bytes(value: Uint8Array): this {
    const at = this.#advance(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#sizeBytes);
  }

  /** Where the next bytes go. May replace the buffer, so it must run before the buffer or its view is named. */
  #advance(sizeBytes: number): number {
    const at = this.#sizeBytes;
    this.#sizeBytes += sizeBytes;
    if (this.#sizeBytes > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#sizeBytes, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** UTF-8 bytes of a string. */
export function utf8Bytes(text: string): Uint8Array {
  return UTF8.encode(text);
}
