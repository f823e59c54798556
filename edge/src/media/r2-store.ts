import { type ByteRange, rangeWithin } from './byte-range.ts';
import type { MediaBytes, MediaWish } from './media-bytes.ts';
import type { WritableStore } from './media-store.ts';
import { patiently, WRITING } from './store-patience.ts';

/**
 * An R2 bucket that is bound to the Worker. One call to the bucket in every case but that of a range past the end: each
 * call is paid for, and a viewer waits for it.
 */
export class R2Store implements WritableStore {
  readonly #bucket: R2Bucket;

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  read(key: string, { isHead, range }: MediaWish): Promise<MediaBytes | undefined> {
    return patiently(() => {
      if (isHead) return this.#head(key);
      return range === undefined ? this.#whole(key) : this.#range(key, range);
    });
  }

  write(key: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<void> {
    return patiently(async () => {
      await this.#bucket.put(key, bytes, { httpMetadata: { contentType } });
    }, WRITING);
  }

  remove(key: string): Promise<void> {
    return patiently(() => this.#bucket.delete(key), WRITING);
  }

  async #head(key: string): Promise<MediaBytes | undefined> {
    const head = await this.#bucket.head(key);
    return head === null ? undefined : { kind: 'bytes', sizeBytes: head.size, range: undefined, body: null };
  }

  async #whole(key: string): Promise<MediaBytes | undefined> {
    const object = await this.#bucket.get(key);
    return object === null ? undefined : { kind: 'bytes', sizeBytes: object.size, range: undefined, body: object.body };
  }

  async #range(key: string, range: ByteRange): Promise<MediaBytes | undefined> {
    try {
      const object = await this.#bucket.get(key, { range: r2Range(range) });
      if (object === null) return undefined;
      const within = rangeWithin(range, object.size);
      if (within !== undefined) return { kind: 'bytes', sizeBytes: object.size, range: within, body: object.body };
      await object.body.cancel();
      return { kind: 'out-of-range', sizeBytes: object.size };
    } catch (error) {
      // A range past the end makes the bucket throw, and only the object's size tells that from real trouble.
      const head = await this.#bucket.head(key);
      if (head === null) return undefined;
      if (rangeWithin(range, head.size) !== undefined) throw error;
      return { kind: 'out-of-range', sizeBytes: head.size };
    }
  }
}

/** What RFC 8673 asks with is no length that the bucket could know. */
const LENGTH_BYTES_MAX = 2 ** 32;

function r2Range(range: ByteRange): R2Range {
  if (range.kind === 'suffix') return { suffix: Math.min(range.lengthBytes, LENGTH_BYTES_MAX) };
  const offset = range.offsetBytes;
  const length = range.lastByte === undefined ? undefined : range.lastByte - offset + 1;
  return length === undefined || length > LENGTH_BYTES_MAX ? { offset } : { offset, length };
}
