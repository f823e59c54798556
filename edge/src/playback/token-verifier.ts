import { PLAYBACK_TOKEN_ALGORITHM, PLAYBACK_TOKEN_CHARS_MAX, PlaybackTokenClaims } from '@sluice/contracts';
import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import type { KeyAsker, PlaybackKeys } from './playback-keys.ts';
import { VerifiedToken } from './verified-token.ts';

/**
 * Tokens remembered in one isolate: a viewer sends a dozen requests a second, and an ES256 check costs more than the
 * rest of each. At most some 15 MB; at the cap the one that was used the longest ago goes, and is checked again.
 */
const REMEMBERED_MAX = 5_000;
/** RFC 7515 §3.1: three parts of base64url. */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

export type TokenRead =
  | { readonly kind: 'verified'; readonly token: VerifiedToken }
  | { readonly kind: 'invalid' }
  /** The keys are not known, and the control API could not be asked. */
  | { readonly kind: 'unverifiable' };

const INVALID: TokenRead = { kind: 'invalid' };

/** Tells whether a token was signed by the control API. Whether it may be used now and here, VerifiedToken tells. */
export class TokenVerifier {
  readonly #keys: PlaybackKeys;
  readonly #rememberedMax: number;
  /** The one that was used the longest ago first. */
  readonly #remembered = new Map<string, VerifiedToken>();

  constructor(keys: PlaybackKeys, rememberedMax = REMEMBERED_MAX) {
    this.#keys = keys;
    this.#rememberedMax = rememberedMax;
  }

  get rememberedCount(): number {
    return this.#remembered.size;
  }

  async verify(text: string, asker: KeyAsker, nowMs: number): Promise<TokenRead> {
    if (text.length > PLAYBACK_TOKEN_CHARS_MAX || !COMPACT_JWS.test(text)) return INVALID;
    const known = this.#remembered.get(text);
    const kid = known?.kid ?? readKeyId(text);
    if (kid === undefined) return INVALID;
    // For one that is known as well: keys age, and a retired one takes its tokens with it.
    const key = await this.#keys.find(kid, asker, nowMs);
    if (key === 'unreachable') return { kind: 'unverifiable' };
    if (key === 'unknown') {
      this.#remembered.delete(text);
      return INVALID;
    }
    const token = known ?? (await readSigned(text, kid, key));
    if (token === undefined) return INVALID;
    this.#remember(text, token);
    return { kind: 'verified', token };
  }

  #remember(text: string, token: VerifiedToken): void {
    this.#remembered.delete(text);
    this.#remembered.set(text, token);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > this.#rememberedMax && oldest !== undefined) this.#remembered.delete(oldest);
  }
}

function readKeyId(text: string): string | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(text);
    return alg === PLAYBACK_TOKEN_ALGORITHM ? kid : undefined;
  } catch {
    return undefined;
  }
}

async function readSigned(text: string, kid: string, key: CryptoKey): Promise<VerifiedToken | undefined> {
  try {
    const { payload } = await compactVerify(text, key, { algorithms: [PLAYBACK_TOKEN_ALGORITHM] });
    const claims = PlaybackTokenClaims.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    return claims.success ? new VerifiedToken(kid, claims.data) : undefined;
  } catch (error) {
    // Not signed with this key, or signed and no JSON.
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
