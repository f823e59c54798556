import {
  type ChannelId,
  type IpPrefix,
  isInPrefix,
  type PlaybackTokenClaims,
  parseIpAddress,
  parseIpPrefix,
} from '@sluice/contracts';
import type { RevocationIndex } from '../channel/channel-policy.ts';
import type { TokenRefusal } from './token-refusal.ts';
import type { ViewerRights } from './viewer-rights.ts';

/** Clocks of the control API and the edge may differ by this much. */
const CLOCK_TOLERANCE_MS = 5_000;

/** What a token is judged by at each request. */
export interface Circumstances {
  readonly nowMs: number;
  readonly channelId: string;
  /** ISO 3166-1 alpha-2; `undefined` where the network does not know. */
  readonly country: string | undefined;
  readonly address: string | undefined;
  /** The origin of the page that asks; `unasked`: it is opened as a page itself, from anywhere. */
  readonly site: 'unasked' | { readonly origin: string | undefined };
}

/** A token whose signature is good. Whether it may be used is asked at every request anew. Pure. */
export class VerifiedToken {
  /** Of the key that signed it. */
  readonly kid: string;
  readonly #claims: PlaybackTokenClaims;
  readonly #prefixes: readonly IpPrefix[] | undefined;

  constructor(kid: string, claims: PlaybackTokenClaims) {
    this.kid = kid;
    this.#claims = claims;
    this.#prefixes = claims.addresses?.flatMap((text) => parseIpPrefix(text) ?? []);
  }

  get channelId(): ChannelId {
    return this.#claims.channel;
  }

  get rights(): ViewerRights {
    const { heightPxMax, mayExport } = this.#claims;
    return { seesPrivate: true, heightPxMax, ...(mayExport && { mayExport }) };
  }

  /** By the token itself and who brings it; `undefined`: nothing speaks against it. */
  refusal({ nowMs, channelId, country, address, site }: Circumstances): TokenRefusal | undefined {
    const { exp, nbf, channel, countries, sites } = this.#claims;
    if (nowMs >= exp * 1_000 + CLOCK_TOLERANCE_MS) return 'token-expired';
    if (nowMs < nbf * 1_000 - CLOCK_TOLERANCE_MS) return 'token-not-yet-valid';
    if (channel !== channelId) return 'token-for-another-channel';
    // What is not known is not allowed: a limit that can be got around by saying nothing is none.
    if (countries?.some((code) => code === country) === false) return 'token-not-for-this-country';
    if (!this.#isAddressAllowed(address)) return 'token-not-for-this-address';
    if (site !== 'unasked' && sites?.some((origin) => origin === site.origin) === false)
      return 'token-not-for-this-site';
    return undefined;
  }

  isRevoked(revocations: RevocationIndex): boolean {
    const { jti, sub, iat } = this.#claims;
    return revocations.hits({ jti, subject: sub, issuedAtMs: Math.round(iat * 1_000) });
  }

  #isAddressAllowed(text: string | undefined): boolean {
    if (this.#prefixes === undefined) return true;
    const address = text === undefined ? undefined : parseIpAddress(text);
    return address !== undefined && this.#prefixes.some((prefix) => isInPrefix(address, prefix));
  }
}
