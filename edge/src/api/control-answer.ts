import { PROBLEM_CONTENT_TYPE } from '@sluice/contracts';
import { cacheControl } from '../http/cache-control.ts';
import { pageAddress } from './api-address.ts';

/** What pages are told of the head of an answer. Cookies and CORS are nothing of theirs. */
const ANSWER_HEADERS = [
  'content-type',
  'etag',
  'retry-after',
  'www-authenticate',
  'allow',
  'x-request-id',
  'idempotency-replayed',
] as const;

/** Served from the pages' own origin, anything else could be a page of somebody's. */
const JSON_TYPE = /^application\/(problem\+)?json *(;|$)/i;

/** RFC 9110 §15.3.5, §15.4.5: without a body, and so without its type. */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);
const TOO_MANY = 429;

/**
 * Who has answered. `strange` is something in front of the control API, or something else at its address; `busy` what stands
 * in front of it and lets no more through.
 */
export type Answerer = 'control' | 'busy' | 'strange';

/** The control API's refusals are problems (RFC 9457), what it gives is JSON, and it sends nobody elsewhere. */
export function answererOf({ status, headers }: Pick<Response, 'status' | 'headers'>): Answerer {
  if (BODILESS.has(status)) return 'control';
  const type = headers.get('content-type') ?? '';
  if (status >= 400 && type.toLowerCase().startsWith(PROBLEM_CONTENT_TYPE)) return 'control';
  if (status === TOO_MANY) return 'busy';
  return status >= 200 && status < 300 && JSON_TYPE.test(type) ? 'control' : 'strange';
}

/** The control API's answer as pages get it: by what is listed here, and kept by nobody on the way. */
export function pageAnswer(answer: Response, controlUrl: string, asked: URL): Response {
  const headers = new Headers({ 'cache-control': cacheControl({ kind: 'never' }) });
  for (const name of ANSWER_HEADERS) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const location = pageAddress(answer.headers.get('location') ?? '', controlUrl, asked);
  if (answer.headers.has('location') && location !== undefined) headers.set('location', location);
  return new Response(BODILESS.has(answer.status) ? null : answer.body, { status: answer.status, headers });
}
