import { type HealthCheck, RegionHealth } from './region-health.ts';
import type { RegionState } from './region-life.ts';

export interface HealthWatchOptions {
  readonly readyUrl: string;
  readonly check: HealthCheck;
  onChange(state: RegionState): void;
}

/** Asks a region's `/readyz` over and over, as a load balancer does: 200 is yes, all else is no. */
export class HealthWatch implements Disposable {
  readonly #options: HealthWatchOptions;
  readonly #health: RegionHealth;
  #asking: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: HealthWatchOptions) {
    this.#options = options;
    this.#health = new RegionHealth(options.check);
    this.#turn();
  }

  get state(): RegionState {
    return this.#health.state;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  #turn(): void {
    if (this.#isClosed) return;
    this.#health.handle({ kind: 'time' }, Date.now());
    this.#drain();
  }

  #drain(): void {
    for (let effect = this.#health.poll(); effect !== undefined; effect = this.#health.poll()) {
      if (effect.kind === 'ask') void this.#ask(effect.question);
      else this.#options.onChange(effect.state);
    }
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#turn(), Math.max(0, this.#health.deadlineMs - Date.now()));
  }

  async #ask(question: number): Promise<void> {
    // One that is asked anew has run out: its connection must not stay.
    this.#asking?.abort();
    this.#asking = new AbortController();
    const isReady = await isReadyAt(this.#options.readyUrl, this.#asking.signal);
    if (this.#isClosed) return;
    this.#health.handle({ kind: 'answered', question, isReady }, Date.now());
    this.#drain();
  }
}

async function isReadyAt(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    // A redirect is no yes: a load balancer follows none.
    const answer = await fetch(url, { signal, redirect: 'manual', headers: { connection: 'close' } });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
