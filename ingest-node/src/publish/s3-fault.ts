import { S3ServiceException } from '@aws-sdk/client-s3';
import { StoreError } from './media-store.ts';

/** 408 and 429 pass; 409 is S3's answer to two conditional PUTs of one key at the very same time. */
const PASSING_STATUSES = new Set([408, 409, 429]);
/** S3's word for credentials that have ended (Amazon S3 API Reference, "Error responses"), with 400. */
const EXPIRED = 'ExpiredToken';
/** What those are refused with elsewhere: R2's documentation names none of its own for it. */
const REFUSED_STATUSES = new Set([400, 401, 403]);

/** The status that storage answered with; `undefined`: it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/**
 * A bucket that is missing or closed to us stays so, and so does a key that is taken; anything else passes. Credentials that
 * have ended are followed by others.
 *
 * @param what is told of: a key or a bucket.
 * @param expiresAtMs when the credentials end that it was asked for with.
 */
export function storeError(cause: unknown, what: string, expiresAtMs = Number.POSITIVE_INFINITY): StoreError {
  const status = statusOf(cause);
  const name = cause instanceof Error ? cause.name : 'error';
  const why = status ?? (cause instanceof Error && 'code' in cause ? cause.code : undefined);
  const said = why === undefined ? name : `${name} (${why})`;
  const isRefused = status !== undefined && REFUSED_STATUSES.has(status);
  if (isRefused && (name === EXPIRED || expiresAtMs <= Date.now())) {
    return new StoreError(`${what}: the credentials of the channel have ended: ${said}`, { cause, isRetryable: true });
  }
  const isClientError = status !== undefined && status >= 400 && status < 500;
  return new StoreError(`${what}: ${said}`, { cause, isRetryable: !isClientError || PASSING_STATUSES.has(status) });
}
