import { Problem } from '@sluice/contracts';
import type { ProblemCode } from '../http/problem.ts';
import { notTheControlApi } from './careful-fetch.ts';
import { Failure } from './failure.ts';

const ADVICE: Partial<Record<ProblemCode, string>> = {
  'token-invalid': 'Set SLUICE_TOKEN to an API token of this deployment, or name its data directory with --data DIR.',
  'scope-missing': 'sluice api-tokens create makes a token with other scopes.',
  'no-such-tenant': '--tenant names one that there is.',
  'no-such-channel': 'sluice channels list shows those that there are.',
  'no-such-stream-key': 'sluice keys list CHANNEL shows those that there are.',
  'no-such-broadcast': 'sluice broadcasts CHANNEL shows those that there are.',
  'no-such-recording': 'sluice recordings list shows those that there are.',
  'no-such-clip': 'sluice clips list CHANNEL shows those that there are.',
  'no-such-webhook-endpoint': 'sluice webhooks list shows those that there are.',
  'no-such-delivery': 'sluice webhooks deliveries ENDPOINT shows those that there are.',
  'channel-exists': 'sluice channels set changes it.',
  'clip-not-yet': 'Ask again when that time is over, or name an earlier --to.',
  'several-broadcasts': 'Name one with --broadcast; sluice broadcasts CHANNEL shows them.',
  'wake-unavailable': 'Encoders can connect at any time.',
  'broadcast-live': 'sluice kick CHANNEL ends it.',
  'too-many-requests': 'Wait a few seconds.',
  'edge-unreachable': 'sluice doctor says more of the edge.',
};
const ADVICE_BY_CODE: ReadonlyMap<string, string> = new Map(Object.entries(ADVICE));

/** An answer that was not the one hoped for, as far as it is read here. */
interface RefusedAnswer {
  readonly status: number;
  text(): Promise<string>;
}

/** Why the control API refused, to be thrown. */
export async function refused(answer: RefusedAnswer): Promise<Failure> {
  const problem = Problem.safeParse(jsonOf(await answer.text()));
  if (!problem.success) return notTheControlApi(answer.status);
  const { code, title, detail } = problem.data;
  // How a token is sent is this program's own business.
  if (code === 'token-invalid') return new Failure(code, `${title}.`, { advice: ADVICE['token-invalid'] });
  const message = detail === `${title}.` || detail.startsWith(title) ? detail : `${title}. ${detail}`;
  return new Failure(code, message, { advice: ADVICE_BY_CODE.get(code) });
}

/** What fetch throws where no answer came, or it broke off: Node has these words for the two, and no class. */
export function isOfNetwork(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'TimeoutError';
  return error instanceof TypeError && (error.message === 'fetch failed' || error.message === 'terminated');
}

/** Why nothing answered, to be thrown. */
export function unreachable(url: string, cause: unknown): Failure {
  return new Failure('unreachable', `${url} does not answer: ${reasonOf(cause)}.`, {
    cause,
    advice: 'Does the system run (npm start)? Else say where the control API is: --url or SLUICE_URL.',
  });
}

const NO_SUCH_NAME = 'there is no such name';
const NO_NAMES = 'names cannot be looked up now (is this machine offline?)';
/** Of reasonOf: nothing was reached, for its name says nothing. */
export const NAME_FAULTS: ReadonlySet<string> = new Set([NO_SUCH_NAME, NO_NAMES]);

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the connection was broken off'],
  ['ENOTFOUND', NO_SUCH_NAME],
  ['EAI_AGAIN', NO_NAMES],
  ['ENETUNREACH', 'there is no way to that network (is this machine offline?)'],
  ['EHOSTUNREACH', 'there is no way to that machine'],
  ['ETIMEDOUT', 'no answer came in time'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no answer came in time'],
  ['UND_ERR_SOCKET', 'the connection was broken off'],
  ['UND_ERR_HEADERS_TIMEOUT', 'no answer came in time'],
  ['UND_ERR_BODY_TIMEOUT', 'no answer came in time'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is of its own making'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'nobody vouches for its certificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'nobody vouches for its certificate'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'nobody vouches for its certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS there'],
]);

/** Why a connection failed, in words: of the innermost error that says so. */
export function reasonOf(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each.name === 'TimeoutError') return 'no answer came in time';
    const nested = each instanceof AggregateError ? each.errors[0] : undefined;
    const code = codeOf(each) ?? codeOf(nested);
    if (code !== undefined) return REASONS.get(code) ?? code;
  }
  return 'the connection failed';
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
