import { GRANT_ALGORITHM, GRANT_AUDIENCE, GRANT_ISSUER, GrantClaims } from '@sluice/contracts';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { type EdgeBindings, type Jwks, readJwks } from '../environment.ts';

/**
 * Grants remembered in one isolate. A node has one a channel and announces twice a second with it, and an ES256
 * check costs more than the rest of the request. At the cap the oldest goes: it is only checked again.
 */
const REMEMBERED_MAX = 1_000;
/** Clocks of the control API and the edge may differ by this much. */
const CLOCK_TOLERANCE_S = 5;
/** contracts: a grant is at most this long; a longer text is not looked at. */
const GRANT_CHARS_MAX = 4_096;

export type GrantRead =
  | { readonly kind: 'granted'; readonly claims: GrantClaims }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'expired' };

/** Tells whether a grant was signed by the control API and still counts (RFC 7519 §7.2). */
export class GrantVerifier {
  readonly #keys: ReturnType<typeof createLocalJWKSet>;
  readonly #remembered = new Map<string, GrantClaims>();

  constructor(jwks: Jwks) {
    this.#keys = createLocalJWKSet(jwks);
  }

  async verify(grant: string, nowMs: number): Promise<GrantRead> {
    const known = this.#remembered.get(grant);
    if (known !== undefined) return this.#judge(grant, known, nowMs);
    if (grant.length > GRANT_CHARS_MAX) return { kind: 'invalid' };
    try {
      const { payload } = await jwtVerify(grant, this.#keys, {
        algorithms: [GRANT_ALGORITHM],
        issuer: GRANT_ISSUER,
        audience: GRANT_AUDIENCE,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(nowMs),
      });
      const claims = GrantClaims.safeParse(payload);
      if (!claims.success) return { kind: 'invalid' };
      this.#remember(grant, claims.data);
      return { kind: 'granted', claims: claims.data };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { kind: 'expired' };
      if (error instanceof errors.JOSEError) return { kind: 'invalid' };
      throw error;
    }
  }

  #judge(grant: string, claims: GrantClaims, nowMs: number): GrantRead {
    if (nowMs / 1_000 < claims.exp + CLOCK_TOLERANCE_S) return { kind: 'granted', claims };
    this.#remembered.delete(grant);
    return { kind: 'expired' };
  }

  #remember(grant: string, claims: GrantClaims): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= REMEMBERED_MAX && oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(grant, claims);
  }
}

let isolateVerifier: { readonly jwksText: string; readonly verifier: GrantVerifier } | undefined;

/** The isolate's verifier: made once, for imported keys and remembered grants are worth keeping between requests. */
export function grantVerifier(bindings: Pick<EdgeBindings, 'CONTROL_JWKS'>): GrantVerifier {
  const jwksText = bindings.CONTROL_JWKS;
  if (isolateVerifier?.jwksText !== jwksText) {
    isolateVerifier = { jwksText, verifier: new GrantVerifier(readJwks(bindings)) };
  }
  return isolateVerifier.verifier;
}
