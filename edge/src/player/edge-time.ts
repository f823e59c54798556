import { EdgeClock } from './edge-clock.ts';

/** A burst at first, for the best of some round trips; then now and then, against drift. */
const BURST_SAMPLES = 4;
const BURST_INTERVAL_MS = 400;
const REFRESH_INTERVAL_MS = 5 * 60_000;

/** Keeps an EdgeClock set by asking the edge's `/time`. */
export class EdgeTime {
  readonly #url: string;
  readonly #clock = new EdgeClock();

  constructor(url: string) {
    this.#url = url;
  }

  /** Until `signal` is aborted. */
  start(signal: AbortSignal): void {
    void this.#burst(signal);
    const timer = setInterval(() => void this.#sample(), REFRESH_INTERVAL_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
    // performance.now() may stand still while the machine sleeps.
    const refresh = () => {
      if (document.visibilityState === 'visible') void this.#sample();
    };
    document.addEventListener('visibilitychange', refresh, { signal });
  }

  /** Epoch milliseconds at the edge; `undefined` until it has answered once. */
  get nowMs(): number | undefined {
    return this.#clock.at(performance.now());
  }

  get uncertaintyMs(): number | undefined {
    return this.#clock.uncertaintyMs;
  }

  async #burst(signal: AbortSignal): Promise<void> {
    for (let count = 0; count < BURST_SAMPLES && !signal.aborted; count += 1) {
      await this.#sample();
      await new Promise((resolve) => setTimeout(resolve, BURST_INTERVAL_MS));
    }
  }

  async #sample(): Promise<void> {
    const sentAtMs = performance.now();
    try {
      const response = await fetch(this.#url, { cache: 'no-store' });
      // The headers' arrival counts; the body may wait behind a video part.
      const receivedAtMs = performance.now();
      const edgeMs = response.ok ? Date.parse(await response.text()) : Number.NaN;
      if (Number.isFinite(edgeMs)) this.#clock.add({ sentAtMs, receivedAtMs, edgeMs });
    } catch {
      // Without an answer the older samples stay good; the status watch shows that the network is away.
    }
  }
}
