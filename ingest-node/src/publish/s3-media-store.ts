import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { StorageCredentials } from '@sluice/contracts';
import type { Settings } from '../settings.ts';
import type { MediaBucket, MediaObject, MediaStore } from './media-store.ts';
import { newS3Client } from './s3-client.ts';
import { statusOf, storeError } from './s3-fault.ts';
import { S3Puts } from './s3-puts.ts';

const FORBIDDEN = 403;

/** The bucket behind an S3 endpoint: AWS, R2, or the local one. */
export class S3MediaStore implements MediaBucket {
  readonly #place: Settings['bucket'];
  readonly #client: S3Client;
  readonly #puts: S3Puts;

  constructor(place: Settings['bucket']) {
    this.#place = place;
    this.#client = newS3Client({ place, identity: place.credentials });
    this.#puts = new S3Puts({ client: this.#client, bucketName: place.name });
  }

  /**
   * Loads what the SDK loads lazily (credentials, signing keys, a connection), so that the first part need not wait. Without
   * a key of its own a node need not be let in: then it is the credentials of each channel that are.
   */
  async warmUp(): Promise<void> {
    const { name, credentials } = this.#place;
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: name }));
    } catch (error) {
      if (statusOf(error) === FORBIDDEN && credentials === undefined) return;
      throw storeError(error, name);
    }
  }

  put(object: MediaObject, signal: AbortSignal): Promise<void> {
    return this.#puts.put(object, signal);
  }

  sizeBytesOf(key: string, signal: AbortSignal): Promise<number | undefined> {
    return this.#puts.sizeBytesOf(key, signal);
  }

  withCredentials(identity: StorageCredentials): MediaStore {
    // Of the same connections, so that the first part of a channel finds one that is open.
    const handler = this.#client.config.requestHandler;
    const client = newS3Client({ place: this.#place, identity, handler });
    return new S3Puts({ client, bucketName: this.#place.name, expiresAtMs: identity.expiresAtMs });
  }

  /** Of all channels, too. */
  close(): void {
    this.#client.destroy();
  }
}
