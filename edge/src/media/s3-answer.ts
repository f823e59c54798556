import { type BodyRange, readContentRange } from './byte-range.ts';
import type { MediaWish } from './media-bytes.ts';
import { StoreError, type StoreErrorCode } from './store-error.ts';

/** What an S3 server said to a GET or HEAD of an object. `absent`: there is none. */
export type S3Answer =
  | { readonly kind: 'bytes'; readonly sizeBytes: number; readonly range: BodyRange | undefined }
  /** The size is `undefined` where the server does not tell it. */
  | { readonly kind: 'out-of-range'; readonly sizeBytes: number | undefined }
  | { readonly kind: 'absent' };

export interface S3Head {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  /** Of a refusal, out of its XML (Amazon S3 API Reference, Error Responses): `NoSuchKey`, `SlowDown`. */
  readonly errorCode: string | undefined;
}

/** Reads the head of an answer. Throws StoreError for what is neither the object nor the word that there is none. */
export function readS3Answer({ status, headers, errorCode }: S3Head, wish: MediaWish): S3Answer {
  // Also for a range: a server may ignore it (RFC 9110 §14.2).
  if (status === 200) return whole(headers);
  if (status === 206 && wish.range !== undefined) return ranged(headers);
  if (status === 416 && wish.range !== undefined) {
    return { kind: 'out-of-range', sizeBytes: readContentRange(headers.get('content-range')).sizeBytes };
  }
  if (status === 404 && errorCode !== 'NoSuchBucket') return { kind: 'absent' };
  throw new StoreError(codeOf(status, errorCode), `status ${status}, code ${errorCode ?? 'none'}`);
}

/**
 * Throws StoreError where a PUT or DELETE was not done. Of a DELETE that there was no object is as good (Amazon S3 API
 * Reference, DeleteObject: 204 either way).
 */
export function assertS3Done({ status, errorCode }: Omit<S3Head, 'headers'>, method: 'PUT' | 'DELETE'): void {
  if (status >= 200 && status < 300) return;
  if (method === 'DELETE' && status === 404 && errorCode !== 'NoSuchBucket') return;
  throw new StoreError(codeOf(status, errorCode), `${method}: status ${status}, code ${errorCode ?? 'none'}`);
}

/** The `Code` of an error document. Enough of XML for what S3 servers write. */
export function s3ErrorCode(text: string): string | undefined {
  return /<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(text)?.[1];
}

const MISCONFIGURED: ReadonlySet<number> = new Set([301, 302, 307, 400, 404]);

function codeOf(status: number, errorCode: string | undefined): StoreErrorCode {
  if (status === 429 || status >= 500 || errorCode === 'SlowDown' || errorCode === 'RequestTimeout') return 'busy';
  if (status === 401 || status === 403) return 'denied';
  return MISCONFIGURED.has(status) ? 'misconfigured' : 'unexpected';
}

function whole(headers: S3Head['headers']): S3Answer {
  const sizeBytes = decimal(headers.get('content-length') ?? '');
  if (sizeBytes === undefined) throw new StoreError('unexpected', 'an object without Content-Length');
  return { kind: 'bytes', sizeBytes, range: undefined };
}

function ranged(headers: S3Head['headers']): S3Answer {
  const { range, sizeBytes } = readContentRange(headers.get('content-range'));
  if (range === undefined || sizeBytes === undefined) throw new StoreError('unexpected', 'a 206 without Content-Range');
  return { kind: 'bytes', sizeBytes, range };
}

function decimal(text: string): number | undefined {
  return /^[0-9]{1,16}$/.test(text) ? Number(text) : undefined;
}
