const INITIAL_BYTES = 4 * 1_024;

/**
 * The payload of one message while its chunks arrive. It grows with what came and not with what was announced, so that
 * a header alone costs a peer's victim nothing.
 */
export class MessageAssembly {
  readonly lengthBytes: number;
  #buffer: Uint8Array;
  #filledBytes = 0;

  constructor(lengthBytes: number) {
    this.lengthBytes = lengthBytes;
    this.#buffer = new Uint8Array(Math.min(lengthBytes, INITIAL_BYTES));
  }

  get missingBytes(): number {
    return this.lengthBytes - this.#filledBytes;
  }

  /** Memory held. */
  get heldBytes(): number {
    return this.#buffer.length;
  }

  /** Copies `bytes`, which must not be more than are missing. */
  append(bytes: Uint8Array): void {
    const filledBytes = this.#filledBytes + bytes.length;
    if (filledBytes > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(this.lengthBytes, Math.max(filledBytes, this.#buffer.length * 2)));
      grown.set(this.#buffer.subarray(0, this.#filledBytes));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#filledBytes);
    this.#filledBytes = filledBytes;
  }

  /** The whole payload; the assembly must not be used afterwards. */
  take(): Uint8Array {
    return this.#buffer;
  }
}
