import { backOffMs } from './back-off.ts';
import type { Reach } from './screen-words.ts';
import { readSentence, readStatus, type SeenStatus } from './status-reader.ts';

/** The edge holds an unchanged status for some seconds; an answer that takes longer than this is not coming. */
const ANSWER_MS_MAX = 45_000;
/** An edge that answers "unchanged" at once is not holding: then the page asks this often and no more. */
const UNHELD_INTERVAL_MS = 1_000;
/** Told once the channel is unknown to the edge: it may still be made, but nobody waits at the millisecond. */
const UNKNOWN_INTERVAL_MS = 5_000;
/** A link that is for later begins to open by itself; one that has expired never does. */
const REFUSED_INTERVAL_MS = 15_000;

/** `retryAtMs` is on the clock of `performance.now()`. */
export type StatusNews =
  | { readonly kind: 'status'; readonly status: SeenStatus }
  | { readonly kind: 'unknown-channel' }
  /** The page's link does not let its viewer in; `sentence` is the edge's, for people. */
  | { readonly kind: 'refused'; readonly sentence: string | undefined }
  | { readonly kind: 'unreachable'; readonly reach: Reach; readonly attempt: number; readonly retryAtMs: number };

export interface StatusWatchOptions {
  readonly url: string;
  /** Its end: then it listens to nothing any more. */
  readonly signal: AbortSignal;
  onNews(news: StatusNews): void;
}

type Answer = SeenStatus | { readonly refused: string | undefined } | { readonly unreached: Reach } | 'unknown';

/** Asks for the channel's status over and over, each time held by the edge until it differs from the last one. */
export class StatusWatch {
  readonly #options: StatusWatchOptions;
  #running: AbortController | undefined;
  #skipDelay: (() => void) | undefined;

  constructor(options: StatusWatchOptions) {
    this.#options = options;
    // The browser knows when the network is back; nobody should look at a countdown then.
    addEventListener('online', () => this.#skipDelay?.(), { signal: options.signal });
  }

  /** Begins with an answer that is not held. Does nothing while it already runs. */
  start(): void {
    if (this.#running !== undefined) return;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#skipDelay?.();
  }

  /** Tries at once instead of waiting out a back-off. */
  hurry(): void {
    this.#skipDelay?.();
  }

  async #run(signal: AbortSignal): Promise<void> {
    let version: string | undefined;
    let failures = 0;
    while (!signal.aborted) {
      const askedAtMs = performance.now();
      const answer = await this.#ask(version, signal);
      if (signal.aborted) return;
      if (typeof answer === 'object' && 'unreached' in answer) {
        failures += 1;
        const delayMs = backOffMs(failures, Math.random());
        const retryAtMs = performance.now() + delayMs;
        this.#tell({ kind: 'unreachable', reach: answer.unreached, attempt: failures, retryAtMs }, signal);
        await this.#delay(delayMs, signal);
        continue;
      }
      failures = 0;
      if (answer === 'unknown') {
        this.#tell({ kind: 'unknown-channel' }, signal);
        await this.#delay(UNKNOWN_INTERVAL_MS, signal);
        continue;
      }
      if ('refused' in answer) {
        this.#tell({ kind: 'refused', sentence: answer.refused }, signal);
        await this.#delay(REFUSED_INTERVAL_MS, signal);
        continue;
      }
      const isUnchanged = answer.version === version;
      version = answer.version;
      this.#tell({ kind: 'status', status: answer }, signal);
      if (isUnchanged) await this.#delay(UNHELD_INTERVAL_MS - (performance.now() - askedAtMs), signal);
    }
  }

  #tell(news: StatusNews, signal: AbortSignal): void {
    if (!signal.aborted) this.#options.onNews(news);
  }

  async #ask(version: string | undefined, signal: AbortSignal): Promise<Answer> {
    const query = version === undefined ? '' : `?after=${encodeURIComponent(version)}`;
    try {
      const response = await fetch(this.#options.url + query, {
        cache: 'no-store',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
      });
      if (response.status === 404) return 'unknown';
      if (response.status === 403) return { refused: readSentence(await response.json()) };
      const status = response.ok ? readStatus(await response.json()) : undefined;
      return status ?? { unreached: 'broken' };
    } catch {
      // No network, a timeout, a body that is not JSON: nothing of the stream's own came.
      return { unreached: navigator.onLine ? 'silent' : 'away' };
    }
  }

  #delay(delayMs: number, signal: AbortSignal): Promise<void> {
    if (delayMs <= 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#skipDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
