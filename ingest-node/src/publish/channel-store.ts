import type { StorageCredentials } from '@sluice/contracts';
import type { MediaBucket, MediaObject, MediaStore } from './media-store.ts';

/**
 * The bucket as one broadcast writes into it: with the credentials of its channel, where the control API has given some, and
 * the newest of them. A PUT that is on its way goes on with those that it began with; repeated it has the new ones.
 */
export class ChannelStore implements MediaStore {
  readonly #bucket: MediaBucket;
  #credentials: StorageCredentials | undefined;
  #store: MediaStore;

  constructor(bucket: MediaBucket) {
    this.#bucket = bucket;
    this.#store = bucket;
  }

  /** Takes what came with a yes of the control API. Older ones than there are come from a publisher who was remembered. */
  use(credentials: StorageCredentials | undefined): void {
    const present = this.#credentials;
    if (credentials === undefined || credentials.sessionToken === present?.sessionToken) return;
    if (present !== undefined && credentials.expiresAtMs < present.expiresAtMs) return;
    this.#credentials = credentials;
    this.#store = this.#bucket.withCredentials(credentials);
  }

  put(object: MediaObject, signal: AbortSignal): Promise<void> {
    return this.#store.put(object, signal);
  }

  sizeBytesOf(key: string, signal: AbortSignal): Promise<number | undefined> {
    return this.#store.sizeBytesOf(key, signal);
  }
}
