import { MuxError } from './mux-error.ts';

const HEADER_BYTES = 8;

/** A box of a file (ISO/IEC 14496-12 §4.2), as a view into its bytes. */
export interface Box {
  /** Four characters. */
  readonly type: string;
  /** Header and all. */
  readonly bytes: Uint8Array;
  /** What follows the header. */
  readonly body: Uint8Array;
}

/** The boxes on one level, which they must fill. Throws MuxError. */
export function readBoxes(level: Uint8Array): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < level.length; ) {
    const rest = level.subarray(at);
    if (rest.length < HEADER_BYTES) throw new MuxError('box-malformed', `half a header at byte ${at}`);
    const sizeBytes = u32At(rest, 0);
    const type = String.fromCharCode(...rest.subarray(4, HEADER_BYTES));
    // Sizes of 0 (to the end) and 1 (in 64 bits) are refused with the rest: they are for media, and here is none.
    if (sizeBytes < HEADER_BYTES || sizeBytes > rest.length) {
      throw new MuxError('box-malformed', `a box of ${sizeBytes} bytes at byte ${at} of ${level.length}`);
    }
    boxes.push({ type, bytes: rest.subarray(0, sizeBytes), body: rest.subarray(HEADER_BYTES, sizeBytes) });
    at += sizeBytes;
  }
  return boxes;
}

/** The box of that type on a level. Throws MuxError where there is none or a second. */
export function theBox(level: Uint8Array, type: string): Box {
  const [found, second] = readBoxes(level).filter((box) => box.type === type);
  if (found === undefined) throw new MuxError('box-missing', type);
  if (second !== undefined) throw new MuxError('box-twice', type);
  return found;
}

/** A box around others, or around a content that is written already. */
export function writeBox(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const sizeBytes = content.reduce((sum, each) => sum + each.length, HEADER_BYTES);
  const bytes = new Uint8Array(sizeBytes);
  new DataView(bytes.buffer).setUint32(0, sizeBytes);
  for (let index = 0; index < type.length; index += 1) bytes[4 + index] = type.charCodeAt(index);
  let at = HEADER_BYTES;
  for (const each of content) {
    bytes.set(each, at);
    at += each.length;
  }
  return bytes;
}

/** A number of 32 bits. Throws MuxError where the bytes end before it does. */
export function u32At(bytes: Uint8Array, offsetBytes: number): number {
  if (bytes.length < offsetBytes + 4) throw new MuxError('box-malformed', `no 32 bits at byte ${offsetBytes}`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offsetBytes);
}
