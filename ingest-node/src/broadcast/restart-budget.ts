import { INIT_VERSIONS_A_LEASE } from '@sluice/contracts';

/** A transcoder that dies more often has something wrong with it that another start does not mend. */
const RESTARTS_IN_WINDOW_MAX = 3;
const WINDOW_MS = 30_000;
/** Each may need init segments of its own, and the lease has so many names for them. */
const RESTARTS_MAX = INIT_VERSIONS_A_LEASE - 1;

/** Whether a transcoder that died is started anew. Time is an argument. */
export class RestartBudget {
  #count = 0;
  #recentMs: readonly number[] = [];

  /** `again`: it is started, and the one before did not live long either. `never`: it is not. */
  take(nowMs: number): 'start' | 'again' | 'never' {
    this.#recentMs = this.#recentMs.filter((atMs) => nowMs - atMs < WINDOW_MS);
    if (this.#count >= RESTARTS_MAX || this.#recentMs.length >= RESTARTS_IN_WINDOW_MAX) return 'never';
    const verdict = this.#recentMs.length > 0 ? 'again' : 'start';
    this.#count += 1;
    this.#recentMs = [...this.#recentMs, nowMs];
    return verdict;
  }
}
