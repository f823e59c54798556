import type { ViewerReport } from '@sluice/contracts';

export interface ReportSenderOptions {
  /** `{channelUrl}/{broadcastId}/report`. */
  readonly url: string;
  /** What there is to say before the page may be gone: ViewerReporter.flush. */
  last(): ViewerReport | undefined;
}

/**
 * Sends reports of one broadcast, and the last one when the page goes away or out of sight, after which no other may come.
 * What does not arrive is dropped, and nothing is ever asked again: playing comes first.
 */
export class ReportSender {
  readonly #options: ReportSenderOptions;
  readonly #listening = new AbortController();

  constructor(options: ReportSenderOptions) {
    this.#options = options;
    const { signal } = this.#listening;
    addEventListener('pagehide', () => this.#sendLast(), { signal });
    // On phones a page that is out of sight may be ended without another word.
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.#sendLast(), {
      signal,
    });
  }

  send(report: ViewerReport): void {
    // Text, as a beacon's is: other sites need not ask first whether they may.
    const request = { method: 'POST', body: JSON.stringify(report), keepalive: true } as const;
    fetch(this.#options.url, { ...request, credentials: 'omit' }).catch(() => undefined);
  }

  /** Another broadcast, or none any more: what there is to say is sent, and no more after it. */
  close(): void {
    this.#sendLast();
    this.#listening.abort();
  }

  #sendLast(): void {
    const report = this.#options.last();
    if (report === undefined) return;
    // It has no room for more where too much waits to be sent; then it is dropped, as any other.
    navigator.sendBeacon(this.#options.url, JSON.stringify(report));
  }
}
