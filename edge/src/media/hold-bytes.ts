import type { MediaBody } from './media-bytes.ts';
import { StoreError } from './store-error.ts';

/** A body that has begun and does not go on. */
const READ_MS_MAX = 8_000;

/** Reads a body to its end. Throws StoreError when it stops, or is not as long as it was said to be. */
export async function holdBytes(body: MediaBody, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = body instanceof ReadableStream ? await readAll(body) : (body ?? new Uint8Array(0));
  if (bytes.byteLength !== sizeBytes) {
    throw new StoreError('unexpected', `${bytes.byteLength} bytes came of ${sizeBytes}`);
  }
  return bytes;
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StoreError('timeout', 'a body stopped')), READ_MS_MAX);
  try {
    return new Uint8Array(await Promise.race([new Response(body).arrayBuffer(), late]));
  } catch (cause) {
    throw cause instanceof StoreError ? cause : new StoreError('unreachable', String(cause), { cause });
  } finally {
    clearTimeout(timer);
  }
}
