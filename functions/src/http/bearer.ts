import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { problem } from './problem.ts';

/** RFC 6750 §2.1; the scheme's case does not count (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** The token of an `Authorization` header; `undefined`: there is none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return BEARER.exec(authorization ?? '')?.[1];
}

/** What is answered to whoever brings no token that is known. */
export function unauthorized(): Response {
  return problem('token-invalid', 'Send authorization: Bearer and the token of this API.', {
    'www-authenticate': 'Bearer realm="sluice-control"',
  });
}

/** Lets nobody through who brings none of the tokens. How long the answer takes tells nothing of them. */
export function requireBearer(tokens: readonly string[]): MiddlewareHandler {
  const expected = tokens.map(digest);
  return async (c, next) => {
    const brought = bearerOf(c.req.header('authorization'));
    if (brought !== undefined && isOneOf(digest(brought), expected)) return await next();
    return unauthorized();
  };
}

/** Digests have one length, so no comparison tells that of a token; and each is made, so it does not tell which one it was. */
function isOneOf(brought: Buffer, expected: readonly Buffer[]): boolean {
  return expected.filter((each) => timingSafeEqual(brought, each)).length > 0;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
