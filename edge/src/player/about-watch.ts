import { readAbout, type SeenRecording } from './about-reader.ts';
import { backOffMs } from './back-off.ts';
import type { Reach } from './screen-words.ts';
import { readSentence } from './status-reader.ts';

const ANSWER_MS_MAX = 20_000;
/** A broadcast that ended a moment ago is no recording yet; a link that is for later begins to open by itself. */
const REFUSED_INTERVAL_MS = 10_000;

/** What is known of a recording. `retryAtMs` is on the clock of `performance.now()`. */
export type AboutNews =
  | { readonly kind: 'about'; readonly about: SeenRecording }
  | { readonly kind: 'missing' }
  /** `sentence` is the edge's, for people; absent: there was no link. */
  | { readonly kind: 'refused'; readonly sentence: string | undefined }
  | { readonly kind: 'unreachable'; readonly reach: Reach; readonly retryAtMs: number };

export interface AboutWatchOptions {
  readonly url: string;
  /** Its end: then it asks nothing any more. */
  readonly signal: AbortSignal;
  /** In the edge's words why a link does not open, where the player has one. */
  readonly hasLink: boolean;
  onNews(news: AboutNews): void;
}

/** Asks what there is of a recording, until it is told of it. */
export class AboutWatch {
  readonly #options: AboutWatchOptions;
  #isRunning = false;
  #skipDelay: (() => void) | undefined;

  constructor(options: AboutWatchOptions) {
    this.#options = options;
    addEventListener('online', () => this.hurry(), { signal: options.signal });
    options.signal.addEventListener('abort', () => this.hurry());
  }

  /** Does nothing while it already asks. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
    });
  }

  /** Asks at once instead of waiting out a pause. */
  hurry(): void {
    this.#skipDelay?.();
  }

  async #run(): Promise<void> {
    const { signal, onNews } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      const answer = await this.#ask();
      if (signal.aborted) return;
      if (!('unreached' in answer)) {
        onNews(answer);
        if (answer.kind === 'about') return;
        failures = 0;
        await this.#delay(REFUSED_INTERVAL_MS);
        continue;
      }
      failures += 1;
      const delayMs = backOffMs(failures, Math.random());
      onNews({ kind: 'unreachable', reach: answer.unreached, retryAtMs: performance.now() + delayMs });
      await this.#delay(delayMs);
    }
  }

  async #ask(): Promise<Exclude<AboutNews, { kind: 'unreachable' }> | { readonly unreached: Reach }> {
    const { url, signal, hasLink } = this.#options;
    try {
      const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]) });
      if (answer.status === 404) return { kind: 'missing' };
      if (answer.status === 403) {
        return { kind: 'refused', sentence: hasLink ? readSentence(await answer.json()) : undefined };
      }
      const about = answer.ok ? readAbout(await answer.json()) : undefined;
      return about === undefined ? { unreached: 'broken' } : { kind: 'about', about };
    } catch {
      return { unreached: navigator.onLine ? 'silent' : 'away' };
    }
  }

  #delay(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#skipDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
