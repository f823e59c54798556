import { RtmpError } from './rtmp-error.ts';

const INITIAL_BYTES = 1_024;

/**
 * Bytes in, bytes out, in order and always in one piece. Views that it hands out are valid until the next `append`.
 * Throws `held-bytes-above-limit` rather than hold more than its cap.
 */
export class ByteQueue {
  readonly #bytesMax: number;
  #buffer = new Uint8Array(INITIAL_BYTES);
  #start = 0;
  #end = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get sizeBytes(): number {
    return this.#end - this.#start;
  }

  append(bytes: Uint8Array): void {
    const sizeBytes = this.sizeBytes + bytes.length;
    if (sizeBytes > this.#bytesMax) {
      throw new RtmpError('held-bytes-above-limit', `${sizeBytes} bytes would be held, ${this.#bytesMax} may be`);
    }
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(sizeBytes);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The next bytes, left in place, or `undefined` when fewer are held. */
  peek(sizeBytes: number): Uint8Array | undefined {
    if (this.sizeBytes < sizeBytes) return undefined;
    return this.#buffer.subarray(this.#start, this.#start + sizeBytes);
  }

  /** Removes and returns up to `sizeBytesMax` bytes: as many as are held. */
  takeUpTo(sizeBytesMax: number): Uint8Array {
    const sizeBytes = Math.min(sizeBytesMax, this.sizeBytes);
    const taken = this.#buffer.subarray(this.#start, this.#start + sizeBytes);
    this.#start += sizeBytes;
    return taken;
  }

  #makeRoom(sizeBytes: number): void {
    let capacityBytes = this.#buffer.length;
    while (capacityBytes < sizeBytes) capacityBytes *= 2;
    // A new buffer even when the old one is large enough would break nothing, but moving is cheaper.
    const target = capacityBytes === this.#buffer.length ? this.#buffer : new Uint8Array(capacityBytes);
    target.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = target;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
