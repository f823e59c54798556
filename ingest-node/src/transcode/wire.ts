/**
 * The framing between a transcoder's parent and child, the same both ways:
 * `[u32 headerBytes][u32 payloadBytes][header, UTF-8 JSON][payload]`, big endian.
 */

/** A broadcast's description with sixteen renditions and their extradata is about 8 KiB. */
export const HEADER_BYTES_MAX = 64 * 1024;
/** A keyframe of a 4K source at 100 Mbit/s is under 4 MiB. */
export const PAYLOAD_BYTES_MAX = 16 * 1024 * 1024;
const LENGTHS_BYTES = 8;

/** One message: what it says, and the bytes that come with it. */
export interface WireMessage {
  readonly header: unknown;
  /** Empty when there is none. A view of what was pushed where it came in one piece. */
  readonly payload: Uint8Array;
}

export type WireErrorCode = 'header-too-long' | 'payload-too-long' | 'header-not-json';

/** The other side broke the framing. Ends the child, since nothing after it can be found again. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  constructor(code: WireErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** The lengths and the header of a message, ready to be written before its payload. */
export function messageHead(header: unknown, payloadBytes: number): Buffer {
  const text = JSON.stringify(header);
  const headerBytes = Buffer.byteLength(text);
  const head = Buffer.allocUnsafe(LENGTHS_BYTES + headerBytes);
  head.writeUInt32BE(headerBytes, 0);
  head.writeUInt32BE(payloadBytes, 4);
  head.write(text, LENGTHS_BYTES);
  return head;
}

/** A whole message as one run of bytes: one write, where the payload is small enough to be copied without a thought. */
export function wholeMessage(header: unknown, payload: Uint8Array): Buffer {
  const head = messageHead(header, payload.length);
  return payload.length === 0 ? head : Buffer.concat([head, payload]);
}

/** Messages out of bytes. */
export class WireReader {
  /** Bytes not yet read, in order. At most one message and one pushed piece, since next() is called until it is dry. */
  readonly #pieces: Uint8Array[] = [];
  #heldBytes = 0;
  #lengths: { readonly headerBytes: number; readonly payloadBytes: number } | undefined;

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#heldBytes += bytes.length;
  }

  /** The next whole message, or `undefined` while more bytes are needed. Throws WireError and nothing else. */
  next(): WireMessage | undefined {
    const lengths = this.#lengths ?? this.#readLengths();
    if (lengths === undefined) return undefined;
    if (this.#heldBytes < lengths.headerBytes + lengths.payloadBytes) return undefined;
    this.#lengths = undefined;
    const header = readHeader(this.#take(lengths.headerBytes));
    return { header, payload: this.#take(lengths.payloadBytes) };
  }

  #readLengths(): { readonly headerBytes: number; readonly payloadBytes: number } | undefined {
    if (this.#heldBytes < LENGTHS_BYTES) return undefined;
    const bytes = this.#take(LENGTHS_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const lengths = { headerBytes: view.getUint32(0), payloadBytes: view.getUint32(4) };
    if (lengths.headerBytes > HEADER_BYTES_MAX) throw new WireError('header-too-long');
    if (lengths.payloadBytes > PAYLOAD_BYTES_MAX) throw new WireError('payload-too-long');
    this.#lengths = lengths;
    return lengths;
  }

  /** `count` bytes that are known to be held. */
  #take(count: number): Uint8Array {
    this.#heldBytes -= count;
    const first = this.#pieces[0];
    if (first === undefined || count === 0) return new Uint8Array(0);
    if (first.length > count) {
      this.#pieces[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    if (first.length === count) {
      this.#pieces.shift();
      return first;
    }
    const joined = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const piece = this.#pieces[0];
      if (piece === undefined) break;
      const used = Math.min(piece.length, count - filled);
      joined.set(used === piece.length ? piece : piece.subarray(0, used), filled);
      filled += used;
      if (used === piece.length) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(used);
    }
    return joined;
  }
}

function readHeader(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw new WireError('header-not-json', { cause });
  }
}
