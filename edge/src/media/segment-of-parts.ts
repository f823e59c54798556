import type { RenditionPlace } from '@sluice/contracts';
import { log } from '../log.ts';
import { type BodyRange, rangeWithin } from './byte-range.ts';
import type { MediaBody, MediaBytes, MediaWish } from './media-bytes.ts';
import { StoreError } from './store-error.ts';

/** A segment whose own object is not in the bucket yet. In order its parts are the segment, byte for byte. */
export interface SegmentParts {
  readonly place: RenditionPlace;
  readonly msn: number;
  readonly partSizesBytes: readonly number[];
}

/** A part's bytes, out of the bucket or from a nearer place; `undefined` when it is not there. */
export type ReadPart = (
  part: { readonly place: RenditionPlace; readonly msn: number; readonly partIndex: number },
  wish: MediaWish,
) => Promise<MediaBytes | undefined>;

/** Bytes of one part. */
export interface Piece {
  readonly partIndex: number;
  /** `undefined`: all of it. */
  readonly range: BodyRange | undefined;
}

/** A segment read out of its parts; `undefined` when the first that is needed is not there. */
export async function readSegmentOfParts(
  readPart: ReadPart,
  segment: SegmentParts,
  { isHead, range }: MediaWish,
): Promise<MediaBytes | undefined> {
  const sizeBytes = segment.partSizesBytes.reduce((sum, partBytes) => sum + partBytes, 0);
  if (isHead) return { kind: 'bytes', sizeBytes, range: undefined, body: null };
  const within = range === undefined ? { offsetBytes: 0, lengthBytes: sizeBytes } : rangeWithin(range, sizeBytes);
  if (within === undefined) return { kind: 'out-of-range', sizeBytes };
  const open = (piece: Piece) => openPiece(readPart, segment, piece);
  const [first, ...others] = piecesOf(segment.partSizesBytes, within);
  const opened = first && (await open(first));
  if (opened === undefined) return undefined;
  const { readable, writable } = new FixedLengthStream(within.lengthBytes);
  void pour(opened, { others, open, into: writable });
  return { kind: 'bytes', sizeBytes, range: range === undefined ? undefined : within, body: readable };
}

/** The parts that a range of the segment touches, each with its own range. */
export function piecesOf(partSizesBytes: readonly number[], range: BodyRange): Piece[] {
  const endBytes = range.offsetBytes + range.lengthBytes;
  const pieces: Piece[] = [];
  let startBytes = 0;
  partSizesBytes.forEach((partBytes, partIndex) => {
    const from = Math.max(range.offsetBytes - startBytes, 0);
    const to = Math.min(endBytes - startBytes, partBytes);
    const isAll = from === 0 && to === partBytes;
    if (from < to) {
      pieces.push({ partIndex, range: isAll ? undefined : { offsetBytes: from, lengthBytes: to - from } });
    }
    startBytes += partBytes;
  });
  return pieces;
}

/** Opens one part, or the range of it. Throws StoreError when it is not as long as it was announced. */
export async function openPiece(
  readPart: ReadPart,
  { place, msn, partSizesBytes }: SegmentParts,
  { partIndex, range }: Piece,
): Promise<MediaBody | undefined> {
  const read = await readPart({ place, msn, partIndex }, { isHead: false, range: range && rangeOf(range) });
  if (read === undefined) return undefined;
  // A server may answer a range with everything, and a torn part would tear the segment.
  const isAsAsked = read.kind === 'bytes' && read.sizeBytes === partSizesBytes[partIndex] && isSame(read.range, range);
  if (!isAsAsked) throw new StoreError('unexpected', `part ${msn}.${partIndex} is not as it was announced`);
  return read.body;
}

function rangeOf({ offsetBytes, lengthBytes }: BodyRange): MediaWish['range'] {
  return { kind: 'from', offsetBytes, lastByte: offsetBytes + lengthBytes - 1 };
}

function isSame(one: BodyRange | undefined, other: BodyRange | undefined): boolean {
  return one?.offsetBytes === other?.offsetBytes && one?.lengthBytes === other?.lengthBytes;
}

interface Pouring {
  readonly others: readonly Piece[];
  readonly into: WritableStream<Uint8Array>;
  open(piece: Piece): Promise<MediaBody | undefined>;
}

/** Writes the pieces one after the other. A piece that is missing cuts the answer off: its head is long gone. */
async function pour(first: MediaBody, { others, open, into }: Pouring): Promise<void> {
  try {
    await writeBody(first, into);
    for (const piece of others) {
      const body = await open(piece);
      if (body === undefined) throw new Error(`a listed part is not in the bucket: ${piece.partIndex}`);
      await writeBody(body, into);
    }
    await into.close();
  } catch (error) {
    log('warn', 'a segment could not be put together out of its parts', { reason: String(error) });
    // Already broken when it was the client who left.
    await into.abort(error).catch(() => undefined);
  }
}

/** Writes a body, and leaves the stream open for the next. */
export async function writeBody(body: MediaBody, into: WritableStream<Uint8Array>): Promise<void> {
  if (body instanceof ReadableStream) return body.pipeTo(into, { preventClose: true });
  if (body === null) return;
  const writer = into.getWriter();
  await writer.write(body);
  writer.releaseLock();
}
