import { Problem as AnyProblem, PROBLEM_CONTENT_TYPE } from '@sluice/contracts';
import { z } from 'zod';

/**
 * Everything that the control API refuses. 401 is about the caller's own token; what a publisher may not do is 403,
 * so that an ingest node can tell "I am set up wrongly" from "this streamer is not let in".
 */
export const PROBLEMS = {
  'request-invalid': { status: 400, title: 'The request is not as it should be' },
  'target-not-public': { status: 400, title: 'The target is not of the public internet' },
  'token-invalid': { status: 401, title: 'The bearer token is missing or wrong' },
  'scope-missing': { status: 403, title: 'The API token is not for this' },
  'no-such-tenant': { status: 404, title: 'There is no such tenant' },
  'unknown-stream-key': { status: 403, title: 'No channel has this stream key' },
  'stream-key-disabled': { status: 403, title: 'This stream key is disabled' },
  'channel-disabled': { status: 403, title: 'This channel is disabled' },
  kicked: { status: 403, title: 'The publisher was sent away' },
  'grant-invalid': { status: 403, title: 'The grant cannot be renewed' },
  'grant-expired': { status: 403, title: 'The grant expired too long ago' },
  'no-such-address': { status: 404, title: 'There is nothing at this address' },
  'no-such-channel': { status: 404, title: 'There is no such channel' },
  'no-such-broadcast': { status: 404, title: 'There is no such broadcast' },
  'no-such-recording': { status: 404, title: 'There is no such recording' },
  'no-such-region': { status: 404, title: 'There are no ingest nodes in that region' },
  'no-such-clip': { status: 404, title: 'There is no such clip' },
  'no-such-rendition': { status: 404, title: 'There is no such rendition' },
  'no-such-media': { status: 404, title: 'Nothing of that time is there' },
  'no-such-webhook-endpoint': { status: 404, title: 'There is no such webhook endpoint' },
  'no-such-delivery': { status: 404, title: 'There is no such delivery' },
  'no-such-stream-key': { status: 404, title: 'The channel has no such stream key' },
  'no-such-restream-target': { status: 404, title: 'The channel has no such restream target' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'tenant-exists': { status: 409, title: 'A tenant of this name exists' },
  'tenant-in-use': { status: 409, title: 'The tenant has channels, API tokens or webhook endpoints' },
  'too-many-tenants': { status: 409, title: 'There is no room for another tenant' },
  'too-many-api-tokens': { status: 409, title: 'There is no room for another API token' },
  'channel-being-deleted': { status: 409, title: 'The channel is being deleted' },
  'request-in-progress': { status: 409, title: 'The same request is being answered' },
  'channel-exists': { status: 409, title: 'A channel of this name exists' },
  'too-many-channels': { status: 409, title: 'There is no room for another channel' },
  'too-many-stream-keys': { status: 409, title: 'The channel has no room for another stream key' },
  'too-many-webhook-endpoints': { status: 409, title: 'There is no room for another webhook endpoint' },
  'too-many-clips': { status: 409, title: 'The channel has no room for another clip' },
  'wake-unavailable': { status: 409, title: 'The ingest nodes of this deployment do not sleep' },
  'medialive-unavailable': { status: 409, title: 'This deployment has no MediaLive' },
  'medialive-not-chosen': { status: 409, title: 'The channel is not set up for MediaLive' },
  'broadcast-live': { status: 409, title: 'The broadcast has not ended' },
  'clip-not-yet': { status: 409, title: 'The clip ends after what there is' },
  'several-broadcasts': { status: 409, title: 'The time belongs to more than one broadcast' },
  'too-many-restream-targets': { status: 409, title: 'The channel has no room for another restream target' },
  'too-many-playback-keys': { status: 409, title: 'There is no room for another playback key' },
  'playback-key-signs': { status: 409, title: 'This key signs playback tokens' },
  'too-many-revocations': { status: 409, title: 'The channel has no room for another revocation' },
  'version-mismatch': { status: 412, title: 'It has been changed since' },
  'request-too-large': { status: 413, title: 'The request is too large' },
  'media-type-unsupported': { status: 415, title: 'The request must be JSON' },
  'webhook-target-refused': { status: 422, title: 'The address cannot be told of anything' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used for another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'too-many-attempts': { status: 429, title: 'Too many stream keys were tried from this address' },
  'internal-error': { status: 500, title: 'The control API failed' },
  'storage-credentials': { status: 503, title: 'Nothing could be made to store the media with' },
  'region-unreachable': { status: 503, title: 'AWS did not wake the ingest nodes' },
  'edge-unreachable': { status: 503, title: 'The edge did not answer' },
  'store-busy': { status: 503, title: 'Too many write this at once' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS).filter((code): code is ProblemCode => code in PROBLEMS);

/** The body of each refusal of this API. */
export const Problem = z
  .object({
    type: z.literal('about:blank').describe('`code` says what it is.'),
    title: z.string().describe('What the code says, in words.'),
    status: AnyProblem.shape.status.describe('The status of the answer.'),
    code: z.enum(PROBLEM_CODES).describe('What it is, for programs. It does not change.'),
    detail: AnyProblem.shape.detail.describe('A sentence for a person. It may change.'),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457). It holds no secret.' });
type Problem = z.infer<typeof Problem>;

/** Problem.detail is at most this long (contracts). */
const DETAIL_CHARS_MAX = 1_000;

/** A refusal (RFC 9457), never to be cached. `detail` is for a person and must hold no secret. */
export function problem(code: ProblemCode, detail?: string, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, title } = PROBLEMS[code];
  const sentence = detail ?? `${title}.`;
  const body: Problem = { type: 'about:blank', title, status, code, detail: sentence.slice(0, DETAIL_CHARS_MAX) };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store', ...headers },
  });
}
