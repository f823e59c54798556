import { rangeWithin } from './byte-range.ts';
import type { MediaBytes, MediaWish } from './media-bytes.ts';

/** A file whose bytes are all here, cut to what is wished for. */
export function heldFile(bytes: Uint8Array<ArrayBuffer>, { isHead, range }: MediaWish): MediaBytes {
  const sizeBytes = bytes.byteLength;
  if (isHead) return { kind: 'bytes', sizeBytes, range: undefined, body: null };
  if (range === undefined) return { kind: 'bytes', sizeBytes, range, body: bytes };
  const within = rangeWithin(range, sizeBytes);
  if (within === undefined) return { kind: 'out-of-range', sizeBytes };
  const { offsetBytes, lengthBytes } = within;
  return { kind: 'bytes', sizeBytes, range: within, body: bytes.subarray(offsetBytes, offsetBytes + lengthBytes) };
}
