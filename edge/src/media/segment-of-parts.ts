import { partKey, type RenditionPlace } from '@sluice/contracts';
import { log } from '../log.ts';
import { type BodyRange, rangeWithin } from './byte-range.ts';
import type { MediaBytes, MediaWish } from './media-bytes.ts';

/** A segment whose own object is not in the bucket yet. In order its parts are the segment, byte for byte. */
export interface SegmentParts {
  readonly place: RenditionPlace;
  readonly msn: number;
  readonly partSizesBytes: readonly number[];
}

/** Bytes of one part's object. */
interface Piece {
  readonly key: string;
  readonly range: BodyRange;
}

/** A segment read out of its parts; `undefined` when the first that is needed is not there. */
export async function readSegmentOfParts(
  bucket: R2Bucket,
  segment: SegmentParts,
  { isHead, range }: MediaWish,
): Promise<MediaBytes | undefined> {
  const sizeBytes = segment.partSizesBytes.reduce((sum, partBytes) => sum + partBytes, 0);
  if (isHead) return { kind: 'bytes', sizeBytes, range: undefined, stream: null };
  const within = range === undefined ? { offsetBytes: 0, lengthBytes: sizeBytes } : rangeWithin(range, sizeBytes);
  if (within === undefined) return { kind: 'out-of-range', sizeBytes };
  const [first, ...others] = piecesOf(segment, within);
  const opened = first && (await openPiece(bucket, first));
  if (opened === undefined) return undefined;
  const { readable, writable } = new FixedLengthStream(within.lengthBytes);
  void pour(bucket, [opened, others], writable);
  return { kind: 'bytes', sizeBytes, range: range === undefined ? undefined : within, stream: readable };
}

/** The parts that a range of the segment touches, each with its own range. */
export function piecesOf({ place, msn, partSizesBytes }: SegmentParts, range: BodyRange): Piece[] {
  const endBytes = range.offsetBytes + range.lengthBytes;
  const pieces: Piece[] = [];
  let startBytes = 0;
  partSizesBytes.forEach((partBytes, partIndex) => {
    const from = Math.max(range.offsetBytes - startBytes, 0);
    const to = Math.min(endBytes - startBytes, partBytes);
    if (from < to) {
      pieces.push({ key: partKey(place, msn, partIndex), range: { offsetBytes: from, lengthBytes: to - from } });
    }
    startBytes += partBytes;
  });
  return pieces;
}

async function openPiece(bucket: R2Bucket, { key, range }: Piece): Promise<ReadableStream<Uint8Array> | undefined> {
  const object = await bucket.get(key, { range: { offset: range.offsetBytes, length: range.lengthBytes } });
  return object?.body;
}

/** Writes the pieces one after the other. A piece that is missing cuts the answer off: its head is long gone. */
async function pour(
  bucket: R2Bucket,
  [first, others]: [ReadableStream<Uint8Array>, readonly Piece[]],
  into: WritableStream<Uint8Array>,
): Promise<void> {
  try {
    await first.pipeTo(into, { preventClose: true });
    for (const piece of others) {
      const stream = await openPiece(bucket, piece);
      if (stream === undefined) throw new Error(`a listed part is not in the bucket: ${piece.key}`);
      await stream.pipeTo(into, { preventClose: true });
    }
    await into.close();
  } catch (error) {
    log('warn', 'a segment could not be put together out of its parts', { reason: String(error) });
    // Already broken when it was the client who left.
    await into.abort(error).catch(() => undefined);
  }
}
