import type { StorageCredentials } from '@sluice/contracts';

/** One object as it is put into the bucket; never rewritten. */
export interface MediaObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: 'video/mp4' | 'audio/mp4' | 'image/jpeg';
}

/** Where a broadcast's objects go. */
export interface MediaStore {
  /** Resolves when the bucket has confirmed the object. Rejects with StoreError, and when the signal is aborted. */
  put(object: MediaObject, signal: AbortSignal): Promise<void>;
  /**
   * The size of an object, in bytes; `undefined`: there is none, or none that we may see. Rejects with StoreError, and when
   * the signal is aborted.
   */
  sizeBytesOf(key: string, signal: AbortSignal): Promise<number | undefined>;
}

/** The bucket of all channels. What is put into it directly is put with the node's own credentials. */
export interface MediaBucket extends MediaStore {
  /** The same bucket, as one channel writes into it. Nothing of it is to be closed. */
  withCredentials(credentials: StorageCredentials): MediaStore;
}

/** The bucket did not take an object. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** The same PUT may succeed a moment later. */
  readonly isRetryable: boolean;
  constructor(message: string, options: ErrorOptions & { readonly isRetryable: boolean }) {
    super(message, options);
    this.isRetryable = options.isRetryable;
  }
}
