/** One range of bytes that a client asked for (RFC 9110 §14.1.2). */
export type ByteRange =
  | { readonly kind: 'from'; readonly offsetBytes: number; readonly lastByte: number | undefined }
  | { readonly kind: 'suffix'; readonly lengthBytes: number };

/** A range that lies within a body of known size. */
export interface BodyRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

// 16 digits hold 2^53-1, the last-byte-pos that open hints are asked with (RFC 8673).
const RANGE = /^bytes=(?:([0-9]{1,16})-([0-9]{1,16})?|-([0-9]{1,16}))$/;

/** Reads a Range header. One that is malformed, or asks for several ranges, may be ignored (RFC 9110 §14.2). */
export function readByteRange(header: string | undefined): ByteRange | undefined {
  const [, first, last, suffix] = RANGE.exec(header ?? '') ?? [];
  if (suffix !== undefined) return { kind: 'suffix', lengthBytes: Number(suffix) };
  if (first === undefined) return undefined;
  const offsetBytes = Number(first);
  const lastByte = last === undefined ? undefined : Number(last);
  if (lastByte !== undefined && lastByte < offsetBytes) return undefined;
  return { kind: 'from', offsetBytes, lastByte };
}

/** The range's place in a body; `undefined` when it has none there, which is a 416. */
export function rangeWithin(range: ByteRange, sizeBytes: number): BodyRange | undefined {
  if (range.kind === 'suffix') {
    const lengthBytes = Math.min(range.lengthBytes, sizeBytes);
    return lengthBytes === 0 ? undefined : { offsetBytes: sizeBytes - lengthBytes, lengthBytes };
  }
  if (range.offsetBytes >= sizeBytes) return undefined;
  const endBytes = Math.min(range.lastByte === undefined ? sizeBytes : range.lastByte + 1, sizeBytes);
  return { offsetBytes: range.offsetBytes, lengthBytes: endBytes - range.offsetBytes };
}

/** The Range header that asks for it (RFC 9110 §14.2). */
export function byteRangeHeader(range: ByteRange): string {
  return range.kind === 'suffix' ? `bytes=-${range.lengthBytes}` : `bytes=${range.offsetBytes}-${range.lastByte ?? ''}`;
}

const CONTENT_RANGE = /^bytes (?:([0-9]{1,16})-([0-9]{1,16})|\*)\/([0-9]{1,16})$/;

/** Reads a Content-Range header (RFC 9110 §14.4): of a 206 both, of a 416 the size alone, of anything else neither. */
export function readContentRange(header: string | null): {
  readonly range: BodyRange | undefined;
  readonly sizeBytes: number | undefined;
} {
  const [, first, last, size] = CONTENT_RANGE.exec(header ?? '') ?? [];
  if (size === undefined) return { range: undefined, sizeBytes: undefined };
  const offsetBytes = Number(first);
  const range = first === undefined ? undefined : { offsetBytes, lengthBytes: Number(last) + 1 - offsetBytes };
  return { range, sizeBytes: Number(size) };
}
