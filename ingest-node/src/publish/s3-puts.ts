import { createHash } from 'node:crypto';
import { HeadObjectCommand, type HeadObjectCommandOutput, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { MediaObject, MediaStore } from './media-store.ts';
import { statusOf, storeError } from './s3-fault.ts';

/** Objects have names of their own for ever. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable';
const PRECONDITION_FAILED = 412;
/** Without s3:ListBucket S3 does not say that a key is free, and answers 403 (Amazon S3 API Reference, HeadObject). */
const NOT_SEEN_STATUSES = new Set([403, 404]);

export interface S3PutsOptions {
  readonly client: S3Client;
  readonly bucketName: string;
  /** When the client's credentials end; never, if absent. */
  readonly expiresAtMs?: number;
}

/** Puts objects into a bucket, as whoever the client is signed as. */
export class S3Puts implements MediaStore {
  readonly #options: S3PutsOptions;

  constructor(options: S3PutsOptions) {
    this.#options = options;
  }

  /**
   * Never over an object that is there: of two nodes that both think they publish a broadcast, the later one must not
   * change what the earlier one's viewers may have (RFC 9110 §13.1.2).
   */
  async put(object: MediaObject, signal: AbortSignal): Promise<void> {
    const { client, bucketName, expiresAtMs } = this.#options;
    const { key, bytes, contentType } = object;
    const command = new PutObjectCommand({
      Bucket: bucketName,
      Key: key,
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: contentType,
      CacheControl: CACHE_CONTROL,
      IfNoneMatch: '*',
    });
    try {
      await client.send(command, { abortSignal: signal });
    } catch (error) {
      const isThere = statusOf(error) === PRECONDITION_FAILED;
      if (isThere && (await this.#isThere(object, signal))) return;
      throw storeError(error, key, expiresAtMs);
    }
  }

  async sizeBytesOf(key: string, signal: AbortSignal): Promise<number | undefined> {
    try {
      return (await this.#head(key, signal)).ContentLength;
    } catch (error) {
      if (NOT_SEEN_STATUSES.has(statusOf(error) ?? 0)) return undefined;
      throw storeError(error, key, this.#options.expiresAtMs);
    }
  }

  /** Whether what is there is this very object: our own PUT got there, and its answer was lost. */
  async #isThere({ key, bytes }: MediaObject, signal: AbortSignal): Promise<boolean> {
    try {
      // The ETag of an object that came in one PUT is its MD5, on S3 (without KMS) and on R2.
      return (await this.#head(key, signal)).ETag === `"${createHash('md5').update(bytes).digest('hex')}"`;
    } catch (error) {
      throw storeError(error, key, this.#options.expiresAtMs);
    }
  }

  #head(key: string, signal: AbortSignal): Promise<HeadObjectCommandOutput> {
    const { client, bucketName } = this.#options;
    return client.send(new HeadObjectCommand({ Bucket: bucketName, Key: key }), { abortSignal: signal });
  }
}
