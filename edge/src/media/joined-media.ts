import type { Refused } from '../channel/channel-replies.ts';
import { log } from '../log.ts';
import { type BodyRange, type ByteRange, rangeWithin } from './byte-range.ts';
import { type MediaBody, type MediaBytes, type MediaWish, WHOLE } from './media-bytes.ts';

/** Reads one of the files that are joined. */
export type ReadFile = (wish: MediaWish) => Promise<MediaBytes | Refused>;

type Found = Extract<MediaBytes, { kind: 'bytes' }>;
type Missing = Exclude<MediaBytes | Refused, Found>;

const HEAD: MediaWish = { isHead: true, range: undefined };

/**
 * Two files as one: the bytes of the first, then those of the second. Nothing is answered before both are there; what
 * is missing of either is missing of both.
 */
export async function readJoined(
  files: readonly [ReadFile, ReadFile],
  { isHead, range }: MediaWish,
): Promise<MediaBytes | Refused> {
  if (range !== undefined && !isHead) return readRange(files, range);
  const both = await readBoth(files, isHead ? HEAD : WHOLE);
  if (both.kind !== 'both') return both;
  const { first, second } = both;
  const sizeBytes = first.sizeBytes + second.sizeBytes;
  const body = isHead ? null : joinedFiles(first.body, second.body, sizeBytes);
  return { kind: 'bytes', sizeBytes, range: undefined, body };
}

/** Where the second begins is not known before the first's size is. Players ask for whole files, so it may cost more. */
async function readRange(files: readonly [ReadFile, ReadFile], range: ByteRange): Promise<MediaBytes | Refused> {
  const sizes = await readBoth(files, HEAD);
  if (sizes.kind !== 'both') return sizes;
  const sizeBytes = sizes.first.sizeBytes + sizes.second.sizeBytes;
  const within = rangeWithin(range, sizeBytes);
  if (within === undefined) return { kind: 'out-of-range', sizeBytes };
  const pieces = splitRange(within, sizes.first.sizeBytes);
  const bodies: MediaBody[] = [];
  for (const [index, read] of files.entries()) {
    const piece = pieces[index];
    if (piece === undefined) continue;
    const file = await read(wishOf(piece));
    if (file.kind !== 'bytes') {
      await discard(bodies);
      return file;
    }
    bodies.push(file.body);
  }
  return { kind: 'bytes', sizeBytes, range: within, body: joinedBody(bodies, within.lengthBytes) };
}

/** A range of two files that are one, as the range of each that it touches. */
export function splitRange(
  { offsetBytes, lengthBytes }: BodyRange,
  firstBytes: number,
): readonly [BodyRange | undefined, BodyRange | undefined] {
  const ofFirst = Math.max(0, Math.min(firstBytes - offsetBytes, lengthBytes));
  const ofSecond = lengthBytes - ofFirst;
  return [
    ofFirst === 0 ? undefined : { offsetBytes, lengthBytes: ofFirst },
    ofSecond === 0 ? undefined : { offsetBytes: Math.max(0, offsetBytes - firstBytes), lengthBytes: ofSecond },
  ];
}

function wishOf({ offsetBytes, lengthBytes }: BodyRange): MediaWish {
  return { isHead: false, range: { kind: 'from', offsetBytes, lastByte: offsetBytes + lengthBytes - 1 } };
}

async function readBoth(
  [readFirst, readSecond]: readonly [ReadFile, ReadFile],
  wish: MediaWish,
): Promise<{ readonly kind: 'both'; readonly first: Found; readonly second: Found } | Missing> {
  const [first, second] = await Promise.all([readFirst(wish), readSecond(wish)]);
  if (first.kind !== 'bytes') {
    if (second.kind === 'bytes') await discard([second.body]);
    return first;
  }
  if (second.kind === 'bytes') return { kind: 'both', first, second };
  await discard([first.body]);
  return second;
}

/** A stream that nobody will read holds a connection to the bucket. */
async function discard(bodies: readonly MediaBody[]): Promise<void> {
  await Promise.all(bodies.map((body) => (body instanceof ReadableStream ? body.cancel() : undefined)));
}

/**
 * What was made of two files whose bytes many viewers share. Bounded by what is remembered of the files: it goes with
 * either of them.
 */
const joinedPairs = new WeakMap<Uint8Array, WeakMap<Uint8Array, Uint8Array<ArrayBuffer>>>();

/** Two whole files. Where both are held, once for all who are given the same two. */
function joinedFiles(first: MediaBody, second: MediaBody, lengthBytes: number): MediaBody {
  if (!(first instanceof Uint8Array && second instanceof Uint8Array)) return joinedBody([first, second], lengthBytes);
  const ofFirst = joinedPairs.get(first) ?? new WeakMap<Uint8Array, Uint8Array<ArrayBuffer>>();
  joinedPairs.set(first, ofFirst);
  const joined = ofFirst.get(second) ?? joinedBytes([first, second], lengthBytes);
  ofFirst.set(second, joined);
  return joined;
}

function joinedBody(bodies: readonly MediaBody[], lengthBytes: number): MediaBody {
  const held = bodies.filter((body) => body instanceof Uint8Array);
  if (held.length === bodies.length) return joinedBytes(held, lengthBytes);
  const { readable, writable } = new FixedLengthStream(lengthBytes);
  void pour(bodies, writable);
  return readable;
}

function joinedBytes(pieces: readonly Uint8Array[], lengthBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Writes one after the other. What breaks cuts the answer off: its head is long gone. */
async function pour(bodies: readonly MediaBody[], into: WritableStream<Uint8Array>): Promise<void> {
  try {
    for (const body of bodies) await write(body, into);
    await into.close();
  } catch (error) {
    log('warn', 'joined media was cut off', { reason: String(error) });
    // Already broken when it was the client who left.
    await into.abort(error).catch(() => undefined);
    await discard(bodies).catch(() => undefined);
  }
}

/**
 * Chunk by chunk: workerd's `pipeTo` never ends where both sides are streams of the Worker's own making, as a segment out
 * of its parts is.
 */
async function write(body: MediaBody, into: WritableStream<Uint8Array>): Promise<void> {
  const writer = into.getWriter();
  try {
    if (body instanceof Uint8Array) await writer.write(body);
    else for await (const chunk of body ?? []) await writer.write(chunk);
  } finally {
    writer.releaseLock();
  }
}
