import { PROBLEM_CONTENT_TYPE, type Problem } from '@sluice/contracts';
import { log } from '../log.ts';
import { cacheControl } from './cache-control.ts';

/** Everything that this edge refuses, with its status, title and, where it helps, when to try again. */
const PROBLEMS = {
  'malformed-path': { status: 400, title: 'That address has a malformed part' },
  'malformed-directive': { status: 400, title: 'Malformed delivery directive' },
  'directive-too-far': { status: 400, title: 'Asked for too far ahead' },
  'malformed-query': { status: 400, title: 'Malformed query' },
  'request-invalid': { status: 400, title: 'Malformed request' },
  'report-invalid': { status: 400, title: 'That is no report of a player' },
  'announcement-invalid': { status: 400, title: 'Malformed announcement' },
  'grant-invalid': { status: 401, title: 'The grant does not allow this' },
  'grant-expired': { status: 401, title: 'The grant has expired' },
  'call-invalid': { status: 401, title: 'The call was not signed by the control API for this' },
  'page-is-private': { status: 401, title: 'That page is private' },
  'token-required': { status: 403, title: 'This broadcast is private' },
  'token-invalid': { status: 403, title: 'The playback token is not valid' },
  'token-expired': { status: 403, title: 'The playback token has expired' },
  'token-not-yet-valid': { status: 403, title: 'The playback token is not valid yet' },
  'token-for-another-channel': { status: 403, title: 'The playback token is for another channel' },
  'token-revoked': { status: 403, title: 'The playback token was revoked' },
  'token-not-for-this-country': { status: 403, title: 'The playback token is not for this country' },
  'token-not-for-this-address': { status: 403, title: 'The playback token is not for this network' },
  'token-not-for-this-site': { status: 403, title: 'The playback token is not for this site' },
  'token-not-for-this-rendition': { status: 403, title: 'The playback token is not for this rendition' },
  'cross-site-request': { status: 403, title: 'Only pages of this very site may ask here' },
  'console-not-open': { status: 403, title: 'The console is open to pages of this machine only' },
  'export-not-allowed': { status: 403, title: 'The recording may not be exported' },
  'no-such-address': { status: 404, title: 'There is nothing at this address' },
  'channel-offline': { status: 404, title: 'Nobody is live on this channel' },
  'no-such-broadcast': { status: 404, title: 'This broadcast is not known here' },
  'no-such-rendition': { status: 404, title: 'The broadcast has no such rendition' },
  'no-such-media': { status: 404, title: 'There is no such media' },
  'no-such-recording': { status: 404, title: 'There is no such recording' },
  'no-such-clip': { status: 404, title: 'There is no such clip' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'channel-in-use': { status: 409, title: 'Somebody else is live on this channel' },
  'epoch-superseded': { status: 409, title: 'Another publisher has taken over' },
  'too-many-revocations': { status: 409, title: 'The channel has too many revocations' },
  'not-yet': { status: 409, title: 'That has not been shown yet' },
  'several-broadcasts': { status: 409, title: 'That is of more than one broadcast' },
  'broadcast-ended': { status: 410, title: 'The broadcast has ended' },
  'request-too-large': { status: 413, title: 'The request is too large' },
  'range-not-satisfiable': { status: 416, title: 'The range begins past the end' },
  'control-not-set': { status: 502, title: 'This edge knows no control API' },
  'control-unreachable': { status: 502, title: 'The control API cannot be reached', retryAfterS: 2 },
  'control-busy': { status: 503, title: 'The control API takes no more requests just now', retryAfterS: 1 },
  'control-silent': { status: 504, title: 'The control API did not answer in time', retryAfterS: 2 },
  'format-not-there': { status: 501, title: 'There is no such format' },
  'held-too-long': { status: 503, title: 'It did not come in time', retryAfterS: 1 },
  'too-many-waiting': { status: 503, title: 'Too many are waiting for this channel', retryAfterS: 1 },
  'too-many-exports': { status: 503, title: 'Too many recordings are being exported', retryAfterS: 60 },
  'publisher-lost': { status: 503, title: 'The publisher is not heard from', retryAfterS: 2 },
  'token-unverifiable': { status: 503, title: 'Playback tokens cannot be checked just now', retryAfterS: 1 },
  unavailable: { status: 503, title: 'The edge cannot answer just now', retryAfterS: 1 },
} as const satisfies Record<string, { status: number; title: string; retryAfterS?: number }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A refusal (RFC 9457), never to be cached. `detail` is for a person and must hold no secret. */
export function problem(code: ProblemCode, detail?: string, headers: Record<string, string> = {}): Response {
  const known: { status: number; title: string; retryAfterS?: number } = PROBLEMS[code];
  const body: Problem = {
    type: 'about:blank',
    title: known.title,
    status: known.status,
    code,
    detail: detail ?? `${known.title}.`,
  };
  const retryAfter = known.retryAfterS === undefined ? {} : { 'retry-after': String(known.retryAfterS) };
  return new Response(JSON.stringify(body), {
    status: known.status,
    headers: {
      'content-type': PROBLEM_CONTENT_TYPE,
      'cache-control': cacheControl({ kind: 'never' }),
      ...retryAfter,
      ...headers,
    },
  });
}

/** What nobody foresaw, as an answer: the log learns what it was, the client only that it may try again. */
export function unexpectedProblem(error: Error): Response {
  log('error', 'a request failed', { error: error.name, reason: error.message });
  return problem('unavailable');
}
