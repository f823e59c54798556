import { AwsClient } from 'aws4fetch';
import { type ByteRange, byteRangeHeader, rangeWithin } from './byte-range.ts';
import type { MediaBytes, MediaWish } from './media-bytes.ts';
import type { WritableStore } from './media-store.ts';
import { assertS3Done, readS3Answer, s3ErrorCode } from './s3-answer.ts';
import { StoreError } from './store-error.ts';
import { type PatienceLimits, patiently, WRITING } from './store-patience.ts';

export interface S3Location {
  /** `https://s3.eu-west-1.amazonaws.com`, or with the bucket in its name. Nothing but an origin and a path. */
  readonly endpoint: string;
  readonly region: string;
  /** Goes into the path; absent where the endpoint names it. */
  readonly bucket: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A body that has begun is done by then, or is cut off. A part takes milliseconds; a slow viewer has this long. */
const BODY_MS_MAX = 60_000;
/** Read of an error document. They have a few hundred bytes. */
const ERROR_CHARS_MAX = 4_096;

/**
 * An S3 bucket, or one that speaks like it, by fetches that are signed in their headers (AWS Signature Version 4). The
 * keys need `s3:GetObject`, and `s3:ListBucket` too: without it S3 says 403 of what is not there; for recordings and clips
 * `s3:PutObject` and `s3:DeleteObject` as well.
 */
export class S3Store implements WritableStore {
  readonly #client: AwsClient;
  readonly #baseUrl: string;
  readonly #patience: PatienceLimits | undefined;

  constructor({ endpoint, region, bucket, accessKeyId, secretAccessKey }: S3Location, patience?: PatienceLimits) {
    // Its own retries have no time limit: ours are used.
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
    this.#baseUrl = [endpoint.replace(/\/+$/, ''), bucket].filter((each) => each !== undefined).join('/');
    this.#patience = patience;
  }

  read(key: string, wish: MediaWish): Promise<MediaBytes | undefined> {
    return patiently((signal) => this.#ask(key, wish, signal), this.#patience);
  }

  write(key: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<void> {
    const headers = { 'content-type': contentType };
    return this.#change(key, { method: 'PUT', headers, body: bytes });
  }

  remove(key: string): Promise<void> {
    return this.#change(key, { method: 'DELETE' });
  }

  #change(key: string, request: RequestInit & { readonly method: 'PUT' | 'DELETE' }): Promise<void> {
    return patiently(async (signal) => {
      const signed = await this.#client.sign(`${this.#baseUrl}/${key}`, request);
      const answer = await fetch(signed, { redirect: 'manual', cache: 'no-store', signal });
      const errorCode = await errorCodeOf(answer);
      if (answer.ok) await answer.body?.cancel();
      assertS3Done({ status: answer.status, errorCode }, request.method);
    }, this.#patience ?? WRITING);
  }

  async #ask(key: string, wish: MediaWish, signal: AbortSignal): Promise<MediaBytes | undefined> {
    const answer = await fetch(await this.#signed(key, wish), {
      redirect: 'manual',
      // Through a cache Cloudflare makes a HEAD of `.mp4` a GET, which is not what was signed (Cache, Cache behavior).
      cache: 'no-store',
      signal: AbortSignal.any([signal, AbortSignal.timeout(BODY_MS_MAX)]),
    });
    const { status, headers, body } = answer;
    // A size has no range.
    const range = wish.isHead ? undefined : wish.range;
    const read = readS3Answer({ status, headers, errorCode: await errorCodeOf(answer) }, { ...wish, range });
    if (read.kind === 'absent') return undefined;
    if (read.kind === 'out-of-range') return this.#outOfRange(key, wish.range, read.sizeBytes);
    return { ...read, body: wish.isHead ? null : (body ?? new Uint8Array(0)) };
  }

  async #signed(key: string, { isHead, range }: MediaWish): Promise<Request> {
    const signed = await this.#client.sign(`${this.#baseUrl}/${key}`, { method: isHead ? 'HEAD' : 'GET' });
    // Neither is signed, for what is between may change it. Compressed, an answer would have no length.
    signed.headers.set('accept-encoding', 'identity');
    if (range !== undefined && !isHead) signed.headers.set('range', byteRangeHeader(range));
    return signed;
  }

  /** A client that is told so wants to know the size. Not every server tells it. */
  async #outOfRange(
    key: string,
    range: ByteRange | undefined,
    sizeBytes: number | undefined,
  ): Promise<MediaBytes | undefined> {
    if (sizeBytes !== undefined) return { kind: 'out-of-range', sizeBytes };
    const head = await this.read(key, { isHead: true, range: undefined });
    if (head === undefined) return undefined;
    if (range !== undefined && rangeWithin(range, head.sizeBytes) !== undefined) {
      throw new StoreError('unexpected', 'a range within the object is refused');
    }
    return { kind: 'out-of-range', sizeBytes: head.sizeBytes };
  }
}

/** Of a refusal, as far as its document says. What is left of that is thrown away. */
async function errorCodeOf({ ok, body }: Response): Promise<string | undefined> {
  if (ok || body === null) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= ERROR_CHARS_MAX) break;
  }
  return s3ErrorCode(text);
}
