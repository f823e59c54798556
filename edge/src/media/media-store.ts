import type { MediaBytes, MediaWish } from './media-bytes.ts';

/** The bucket that ingest nodes put media into, whatever it is. Objects are never rewritten. */
export interface MediaStore {
  /**
   * An object, or the range of it that is wished for; `undefined` when there is none. Retries for a bounded time what
   * may pass by itself, then throws StoreError.
   */
  read(key: string, wish: MediaWish): Promise<MediaBytes | undefined>;
}
