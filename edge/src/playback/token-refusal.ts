import { type ProblemCode, problem } from '../http/problem.ts';

/** Why a request with a token is refused, and what its sender is told: what is wrong, and never what stands in the token. */
const SENTENCES = {
  'token-invalid': 'The link is not complete, or was not made here. Ask for a new one.',
  'token-expired': 'The link has expired. Ask for a new one.',
  'token-not-yet-valid': 'The link is for later. Come back when it begins.',
  'token-for-another-channel': 'The link is for another channel.',
  'token-revoked': 'The link was withdrawn.',
  'token-not-for-this-country': 'The link may not be used in this country.',
  'token-not-for-this-address': 'The link may not be used from this network.',
  'token-not-for-this-site':
    'The link may be used on certain sites only, and the request did not come from one of them.',
  'token-unverifiable': 'It cannot be found out just now whether the link is still good. Try again.',
} as const satisfies Partial<Record<ProblemCode, string>>;

export type TokenRefusal = keyof typeof SENTENCES;

export function tokenSentence(refusal: TokenRefusal): string {
  return SENTENCES[refusal];
}

export function tokenProblem(refusal: TokenRefusal): Response {
  return problem(refusal, SENTENCES[refusal]);
}
