import { GRANT_ALGORITHM } from '@sluice/contracts';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';

const Coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** The public half of a signing key, as it stands in `/.well-known/jwks.json` (RFC 7517 §4, RFC 7518 §6.2). */
export const PublicJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: Coordinate,
  y: Coordinate,
  kid: z.string().min(1).max(64),
  alg: z.literal(GRANT_ALGORITHM),
  use: z.literal('sig'),
});
export type PublicJwk = z.infer<typeof PublicJwk>;

/** A key pair that grants are signed with. Secret as a whole. */
export const SigningKey = z.strictObject({ publicJwk: PublicJwk, d: Coordinate });
export type SigningKey = z.infer<typeof SigningKey>;

/** A JWK set (RFC 7517 §5) of public keys. */
export interface Jwks {
  readonly keys: PublicJwk[];
}

/** A new key pair. Its id is its thumbprint (RFC 7638), so the same key always has the same id. */
export async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(GRANT_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const { kty, crv, x, y, d } = jwk;
  const kid = await calculateJwkThumbprint(jwk);
  return SigningKey.parse({ publicJwk: { kty, crv, x, y, kid, alg: GRANT_ALGORITHM, use: 'sig' }, d });
}
