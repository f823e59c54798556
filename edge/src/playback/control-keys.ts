import { PLAYBACK_JWKS_PATH } from '@sluice/contracts';
import type { KeySource } from './playback-keys.ts';

const ANSWER_MS_MAX = 3_000;
/** An outage of the control API that lasts longer ends private viewing in isolates that begin in it. */
const KEPT_S = 24 * 3_600;

/** The control API as the source of the keys, and the data centre's cache for when it is away. */
export class ControlKeys implements KeySource {
  readonly #url: string;

  constructor(controlUrl: string) {
    this.#url = controlUrl + PLAYBACK_JWKS_PATH;
  }

  async ask(): Promise<unknown> {
    const answer = await fetch(this.#url, { signal: AbortSignal.timeout(ANSWER_MS_MAX), cache: 'no-store' });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`the control API answered ${answer.status}`);
    }
    const text = await answer.text();
    const jwks: unknown = JSON.parse(text);
    const headers = { 'content-type': 'application/json', 'cache-control': `max-age=${KEPT_S}` };
    await caches.default.put(this.#keptAt, new Response(text, { headers }));
    return jwks;
  }

  async recall(): Promise<unknown> {
    const kept = await caches.default.match(this.#keptAt);
    return kept === undefined ? undefined : await kept.json();
  }

  /** No address that anybody fetches: what is kept is for this code alone. */
  get #keptAt(): string {
    return `${this.#url}?kept-by-the-edge`;
  }
}
