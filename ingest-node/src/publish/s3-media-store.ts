import { createHash } from 'node:crypto';
import {
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Settings } from '../settings.ts';
import { type MediaObject, type MediaStore, StoreError } from './media-store.ts';

/** Objects have names of their own for ever. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable';
/** Renditions of all broadcasts of a node, each with a part and a segment on its way. */
const SOCKETS_MAX = 256;
const CONNECT_MS_MAX = 2_000;
/** Between two parts of `standard` lie four seconds; a connection must outlive that. */
const IDLE_SOCKET_MS = 15_000;
/** The upload queue cuts a PUT off sooner; this is for what has no queue. */
const ANSWER_MS_MAX = 10_000;

/** The bucket behind an S3 endpoint: AWS, R2, or the local one. */
export class S3MediaStore implements MediaStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ name, region, endpoint, credentials }: Settings['bucket']) {
    this.#bucket = name;
    const agent = { keepAlive: true, noDelay: true, maxSockets: SOCKETS_MAX, timeout: IDLE_SOCKET_MS };
    this.#client = new S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials === undefined ? {} : { credentials }),
      // Retrying is the upload queue's business: it knows when a part is too old to be worth it.
      maxAttempts: 1,
      // TLS guards the bytes on their way. A hash over each part would only make it later.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // It costs a round trip before the first byte.
      expectContinueHeader: false,
      requestHandler: {
        httpAgent: agent,
        httpsAgent: agent,
        connectionTimeout: CONNECT_MS_MAX,
        requestTimeout: ANSWER_MS_MAX,
        throwOnRequestTimeout: true,
      },
    });
    this.#client.middlewareStack.add(
      (next) => (args) => {
        const { request } = args;
        if (isWithHeaders(request)) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
        return next(args);
      },
      { step: 'build', name: 'unsignedPayload' },
    );
  }

  /** Loads what the SDK loads lazily (credentials, signing keys, a connection), so that the first part need not wait. */
  async warmUp(): Promise<void> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      throw storeError(error, this.#bucket);
    }
  }

  /**
   * Never over an object that is there: of two nodes that both think they publish a broadcast, the later one must not
   * change what the earlier one's viewers may have (RFC 9110 §13.1.2).
   */
  async put(object: MediaObject, signal: AbortSignal): Promise<void> {
    const { key, bytes, contentType } = object;
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: contentType,
      CacheControl: CACHE_CONTROL,
      IfNoneMatch: '*',
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
    } catch (error) {
      const isThere = statusOf(error) === PRECONDITION_FAILED;
      if (isThere && (await this.#isThere(object, signal))) return;
      throw storeError(error, key);
    }
  }

  /** Whether what is there is this very object: our own PUT got there, and its answer was lost. */
  async #isThere({ key, bytes }: MediaObject, signal: AbortSignal): Promise<boolean> {
    try {
      const head = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }), {
        abortSignal: signal,
      });
      // The ETag of an object that came in one PUT is its MD5, on S3 (without KMS) and on R2.
      return head.ETag === `"${createHash('md5').update(bytes).digest('hex')}"`;
    } catch (error) {
      throw storeError(error, key);
    }
  }

  close(): void {
    this.#client.destroy();
  }
}

function isWithHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}

const PRECONDITION_FAILED = 412;
/** 408 and 429 pass; 409 is S3's answer to two conditional PUTs of one key at the very same time. */
const PASSING_STATUSES = new Set([408, 409, 429]);

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** A bucket that is missing or closed to us stays so, and so does a key that is taken; anything else passes. */
function storeError(error: unknown, what: string): StoreError {
  const status = statusOf(error);
  const isClientError = status !== undefined && status >= 400 && status < 500;
  const isRetryable = !isClientError || PASSING_STATUSES.has(status);
  const name = error instanceof Error ? error.name : 'error';
  const why = status ?? (error instanceof Error && 'code' in error ? error.code : undefined);
  return new StoreError(`${what}: ${name}${why === undefined ? '' : ` (${why})`}`, { cause: error, isRetryable });
}
