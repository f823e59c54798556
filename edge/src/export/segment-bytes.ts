import type { MediaBody } from '../media/media-bytes.ts';
import { StoreError } from '../media/store-error.ts';
import type { ExportReader, ExportSegment, OpenedSegment } from './export-source.ts';

/**
 * An export of hours reads tens of thousands of bodies, and waits with some of them open for a client that does not read:
 * one that broke must not be the end of it. A bucket that breaks the same one off so often is not well.
 */
const TRIES_MAX = 4;
/**
 * Read at once. In workerd a read has a price of its own: in pieces as they come, of 4 kB, a GB takes six times the CPU
 * (docs/adr/0036-export-in-one-pass.md).
 */
const READ_BYTES = 128 * 1024;
/** A body that has begun and does not go on, while somebody waits for it. */
const READ_MS_MAX = 20_000;

/** The bytes of a segment's file as they come. Where they break off they are asked for anew from there. */
export async function* segmentBytes(
  reader: ExportReader,
  segment: ExportSegment,
  { sizeBytes, body: firstBody }: OpenedSegment,
): AsyncGenerator<Uint8Array, void, void> {
  let body = firstBody;
  let readBytes = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      for await (const bytes of chunksOf(body)) {
        readBytes += bytes.length;
        yield bytes;
      }
      if (readBytes === sizeBytes) return;
      throw new StoreError('unexpected', `${readBytes} bytes came of ${sizeBytes}`);
    } catch (error) {
      if (tries >= TRIES_MAX || readBytes > sizeBytes) throw error;
    }
    const again = await reader.openSegment(segment, readBytes);
    if (again.sizeBytes !== sizeBytes)
      throw new StoreError('unexpected', `a file of ${sizeBytes} bytes has ${again.sizeBytes}`);
    body = again.body;
  }
}

async function* chunksOf(body: MediaBody): AsyncGenerator<Uint8Array, void, void> {
  if (body === null) return;
  if (body instanceof Uint8Array) return yield body;
  const reader = body.getReader({ mode: 'byob' });
  try {
    for (;;) {
      const { done, value } = await inTime(reader);
      // What is left when a stream ends may come with its end (Streams, ReadableByteStreamControllerCommitPullIntoDescriptor).
      if (value !== undefined && value.length > 0) yield value;
      if (done) return;
    }
  } finally {
    // Of a body that has ended, or broke, nothing is left to be cancelled.
    await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

/** A reader of bytes. The types of workerd do not know `min`, which it has (Streams, ReadableStreamBYOBReader.read). */
interface ByteReader {
  read(
    view: Uint8Array,
    options: { readonly min: number },
  ): Promise<{ readonly done: boolean; value?: Uint8Array | undefined }>;
}

async function inTime(reader: ByteReader) {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StoreError('timeout', `a body stopped for ${READ_MS_MAX} ms`)),
    READ_MS_MAX,
  );
  try {
    return await Promise.race([reader.read(new Uint8Array(READ_BYTES), { min: READ_BYTES }), late]);
  } finally {
    clearTimeout(timer);
  }
}
