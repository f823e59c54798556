import type { MediaBytes, MediaWish } from './media-bytes.ts';

/** The bucket that ingest nodes put media into, whatever it is. Objects are never rewritten. */
export interface MediaStore {
  /**
   * An object, or the range of it that is wished for; `undefined` when there is none. Retries for a bounded time what
   * may pass by itself, then throws StoreError.
   */
  read(key: string, wish: MediaWish): Promise<MediaBytes | undefined>;
}

/** The bucket, as whoever may change it sees it: recordings and clips are written by the edge. */
export interface WritableStore extends MediaStore {
  /** Puts an object, over one that may be there. Resolves once the bucket has confirmed it; retries and throws as `read`. */
  write(key: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<void>;
  /** Removes an object; that there is none is as good. */
  remove(key: string): Promise<void>;
}
