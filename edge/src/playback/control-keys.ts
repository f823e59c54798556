import { PLAYBACK_JWKS_PATH } from '@sluice/contracts';
import { log } from '../log.ts';
import type { KeyAsker, KeySource } from './playback-keys.ts';

const ANSWER_MS_MAX = 3_000;
/**
 * An outage of the control API that lasts longer ends private viewing in isolates that begin in it. One that is shorter
 * gives them back a key that was retired in just this time, stolen or not.
 */
const KEPT_S = 3_600;

/** The control API as the source of the keys, and the data centre's cache for when it is away. */
export class ControlKeys implements KeySource {
  readonly #controlUrl: string;

  constructor(controlUrl: string) {
    this.#controlUrl = controlUrl;
  }

  async ask({ life, origin }: KeyAsker): Promise<unknown> {
    const url = this.#controlUrl + PLAYBACK_JWKS_PATH;
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX), cache: 'no-store' });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`the control API answered ${answer.status}`);
    }
    const text = await answer.text();
    const jwks: unknown = JSON.parse(text);
    // The keys are good whether they can be remembered or not, and nobody waits for that.
    life.waitUntil(this.#remember(text, origin));
    return jwks;
  }

  async recall({ origin }: KeyAsker): Promise<unknown> {
    const kept = await caches.default.match(this.#keptAt(origin));
    return kept === undefined ? undefined : await kept.json();
  }

  /** Never rejects: it is what `waitUntil` is given. */
  async #remember(text: string, origin: string): Promise<void> {
    const headers = { 'content-type': 'application/json', 'cache-control': `max-age=${KEPT_S}` };
    try {
      await caches.default.put(this.#keptAt(origin), new Response(text, { headers }));
    } catch (error) {
      log('warn', 'the keys of playback tokens could not be cached', { reason: String(error) });
    }
  }

  /**
   * No address that anybody is answered at: what is kept is for this code alone.
   *
   * @param origin of the request: the platform keeps only what belongs to the zone that the Worker runs in.
   */
  #keptAt(origin: string): string {
    return `${origin}/kept${PLAYBACK_JWKS_PATH}?from=${encodeURIComponent(this.#controlUrl)}`;
  }
}
