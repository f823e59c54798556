import { PLAYBACK_TOKEN_ALGORITHM, type PlaybackTokenClaims } from '@sluice/contracts';
import { CompactSign, importJWK } from 'jose';
import type { Jwks } from '../ingest/signing-key.ts';
import {
  liveKeys,
  makePlaybackKey,
  type PlaybackKey,
  type ShownPlaybackKey,
  shownKeys,
  signingOne,
} from './playback-key.ts';
import type { PlaybackStore } from './playback-store.ts';

/**
 * The keys of playback tokens: a new one is published, then it signs, and those before it verify until their tokens are
 * over. They are read from the store each time, so that all processes of the control API go by the same ones.
 */
export class PlaybackKeyRing {
  readonly #store: PlaybackStore;
  readonly #nowMs: () => number;

  constructor(store: PlaybackStore, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
  }

  /** The newest first; there is always one. */
  async live(): Promise<PlaybackKey[]> {
    const nowMs = this.#nowMs();
    return liveKeys(await this.#store.playbackKeys(() => makePlaybackKey(nowMs)), nowMs);
  }

  async shown(): Promise<ShownPlaybackKey[]> {
    return shownKeys(await this.live(), this.#nowMs());
  }

  /** What the edge verifies tokens with. */
  async jwks(): Promise<Jwks> {
    return { keys: (await this.live()).map(({ signingKey }) => signingKey.publicJwk) };
  }

  async sign(claims: PlaybackTokenClaims): Promise<string> {
    const signing = signingOne(await this.live(), this.#nowMs());
    if (signing === undefined) throw new Error('the store has no playback key');
    const { publicJwk, d } = signing.signingKey;
    const header = { alg: PLAYBACK_TOKEN_ALGORITHM, kid: publicJwk.kid, typ: 'JWT' };
    const privateKey = await importJWK({ ...publicJwk, d }, PLAYBACK_TOKEN_ALGORITHM);
    const payload = new TextEncoder().encode(JSON.stringify(claims));
    return await new CompactSign(payload).setProtectedHeader(header).sign(privateKey);
  }

  /** Publishes a new key, which signs once every edge can know it. */
  async rotate(): Promise<PlaybackKey | 'full'> {
    // There is a first one to be rotated away from, also where nobody has asked yet.
    await this.live();
    const nowMs = this.#nowMs();
    const made = await makePlaybackKey(nowMs);
    const outcome = await this.#store.addPlaybackKey(made, (keys) => liveKeys(keys, nowMs));
    return outcome === 'full' ? 'full' : made;
  }

  /** Its tokens are good no more, from when the edge next fetches the keys. */
  retire(kid: string): Promise<'removed' | 'no-such-key' | 'signs'> {
    const nowMs = this.#nowMs();
    return this.#store.removePlaybackKey(kid, (keys) => signingOne(keys, nowMs));
  }
}
