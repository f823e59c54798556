import { randomUUID } from 'node:crypto';
import { GRANT_ALGORITHM, GRANT_AUDIENCE, GRANT_ISSUER, GrantClaims, type NodeId } from '@sluice/contracts';
import { createLocalJWKSet, errors, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { KeyedChannel } from './authorization.ts';
import type { Jwks, SigningKey } from './signing-key.ts';

/**
 * Nodes renew at half of it. So a disabled key ends a broadcast within half of this, and the control API can be away
 * for at least half of this without a broadcast noticing.
 */
export const GRANT_LIFETIME_S = 10 * 60;
/**
 * A grant can be renewed for this long after its end: the edge keeps a broadcast whose node it does not listen to for
 * about a minute, and a control API that comes back in that minute, or whose clock is ahead, should save it. Renewing
 * asks for the node's token and looks at the key anew, so nothing rests on the old grant's date.
 */
export const GRANT_RENEWABLE_S = 5 * 60;

export interface SignedGrant {
  readonly grant: string;
  readonly grantExpiresAtMs: number;
}

export type GrantRead =
  | { readonly kind: 'granted'; readonly claims: GrantClaims }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'expired' };

/** Signs grants, and reads those that it signed (RFC 7519). The edge checks them with the public key. */
export class GrantSigner {
  readonly jwks: Jwks;
  readonly #privateKey: Awaited<ReturnType<typeof importJWK>>;
  readonly #keyId: string;
  readonly #publicKeys: ReturnType<typeof createLocalJWKSet>;

  private constructor(key: SigningKey, privateKey: Awaited<ReturnType<typeof importJWK>>) {
    this.jwks = { keys: [key.publicJwk] };
    this.#privateKey = privateKey;
    this.#keyId = key.publicJwk.kid;
    this.#publicKeys = createLocalJWKSet(this.jwks);
  }

  static async from(key: SigningKey): Promise<GrantSigner> {
    return new GrantSigner(key, await importJWK({ ...key.publicJwk, d: key.d }, GRANT_ALGORITHM));
  }

  async sign({ channel, streamKey }: KeyedChannel, nodeId: NodeId, nowMs: number): Promise<SignedGrant> {
    const issuedAtS = Math.floor(nowMs / 1_000);
    const claims: GrantClaims & JWTPayload = {
      iss: GRANT_ISSUER,
      aud: GRANT_AUDIENCE,
      sub: channel.channelId,
      iat: issuedAtS,
      exp: issuedAtS + GRANT_LIFETIME_S,
      jti: randomUUID(),
      node: nodeId,
      keyId: streamKey.keyId,
      takeover: channel.takeover,
      dvrWindowS: channel.dvrWindowS,
      isPrivate: channel.isPrivate,
      delivery: channel.delivery,
      isRecorded: channel.isRecorded,
    };
    const grant = await new SignJWT(claims)
      .setProtectedHeader({ alg: GRANT_ALGORITHM, kid: this.#keyId, typ: 'JWT' })
      .sign(this.#privateKey);
    return { grant, grantExpiresAtMs: claims.exp * 1_000 };
  }

  /** Reads a grant that a node wants renewed. */
  async read(grant: string, nowMs: number): Promise<GrantRead> {
    try {
      const { payload } = await jwtVerify(grant, this.#publicKeys, {
        algorithms: [GRANT_ALGORITHM],
        issuer: GRANT_ISSUER,
        audience: GRANT_AUDIENCE,
        clockTolerance: GRANT_RENEWABLE_S,
        currentDate: new Date(nowMs),
      });
      const claims = GrantClaims.safeParse(payload);
      return claims.success ? { kind: 'granted', claims: claims.data } : { kind: 'invalid' };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { kind: 'expired' };
      if (error instanceof errors.JOSEError) return { kind: 'invalid' };
      throw error;
    }
  }
}
