import { env } from 'cloudflare:workers';
import { GRANT_ALGORITHM, GRANT_AUDIENCE, GRANT_ISSUER } from '@sluice/contracts';
import { importJWK, type JWTPayload, SignJWT } from 'jose';

export interface TestGrantOptions {
  readonly channelId: string;
  readonly nodeId?: string;
  readonly takeover?: string;
  readonly dvrWindowS?: number;
  /** Other claims, right or wrong. */
  readonly claims?: JWTPayload;
  readonly expiresAtS?: number;
  readonly algorithm?: string;
  /** Another key than the one that the edge knows. */
  readonly signingKey?: CryptoKey | Uint8Array;
}

/** A grant as the control API signs it. */
export async function testGrant(options: TestGrantOptions): Promise<string> {
  const { channelId, nodeId = 'node-a', takeover = 'take-over', dvrWindowS = 30, claims = {} } = options;
  const { algorithm = GRANT_ALGORITHM, expiresAtS = Date.now() / 1_000 + 600 } = options;
  const key = options.signingKey ?? (await importJWK(JSON.parse(env.TEST_SIGNING_JWK), GRANT_ALGORITHM));
  return new SignJWT({ node: nodeId, keyId: 'key-1', takeover, dvrWindowS, ...claims })
    .setProtectedHeader({ alg: algorithm, kid: 'test' })
    .setIssuer(typeof claims.iss === 'string' ? claims.iss : GRANT_ISSUER)
    .setAudience(typeof claims.aud === 'string' ? claims.aud : GRANT_AUDIENCE)
    .setSubject(channelId)
    .setIssuedAt()
    .setJti('grant-1')
    .setExpirationTime(Math.floor(expiresAtS))
    .sign(key);
}
