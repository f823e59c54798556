import { type ChannelId, EDGE_CALL_AUDIENCE, EdgeCallClaims, GRANT_ALGORITHM, GRANT_ISSUER } from '@sluice/contracts';
import type { Context } from 'hono';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { type EdgeEnv, readJwks } from '../environment.ts';
import { problem } from '../http/problem.ts';

/** RFC 9110 §11.6.2. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]{1,4096}=*) *$/i;
const CLOCK_TOLERANCE_S = 5;

/**
 * Whether the control API calls, for this channel: it signs each call with the key of grants, a minute ago at most (RFC
 * 7519 §7.2). Calls are rare: nothing is remembered.
 */
export async function isFromControl(c: Context<EdgeEnv>, channelId: ChannelId): Promise<boolean> {
  const [, token] = BEARER.exec(c.req.header('authorization') ?? '') ?? [];
  if (token === undefined) return false;
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(readJwks(c.env)), {
      algorithms: [GRANT_ALGORITHM],
      issuer: GRANT_ISSUER,
      audience: EDGE_CALL_AUDIENCE,
      clockTolerance: CLOCK_TOLERANCE_S,
    });
    const claims = EdgeCallClaims.safeParse(payload);
    return claims.success && claims.data.sub === channelId;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

/** The no to anybody else. */
export function callInvalid(): Response {
  return problem('call-invalid', undefined, { 'www-authenticate': 'Bearer error="invalid_token"' });
}
