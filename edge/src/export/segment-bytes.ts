import type { MediaBody } from '../media/media-bytes.ts';
import { StoreError } from '../media/store-error.ts';
import type { ExportReader, ExportSegment, OpenedSegment } from './export-source.ts';

/**
 * An export of hours reads tens of thousands of bodies, and waits with some of them open for a client that does not read:
 * one that broke must not be the end of it. A bucket that breaks the same one off so often is not well.
 */
const TRIES_MAX = 4;
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
  const reader = body.getReader();
  try {
    for (let read = await inTime(reader); read.done !== true; read = await inTime(reader)) yield read.value;
  } finally {
    // Of a body that has ended, or broke, nothing is left to be cancelled.
    await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

async function inTime(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StoreError('timeout', `a body stopped for ${READ_MS_MAX} ms`)),
    READ_MS_MAX,
  );
  try {
    return await Promise.race([reader.read(), late]);
  } finally {
    clearTimeout(timer);
  }
}
