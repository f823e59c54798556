import { FIGURES_BIN_MS } from '@sluice/contracts';
import type { FetchSource } from '../audience/audience.ts';
import { ReportCounter } from './report-sums.ts';
import { rounded } from './rounded.ts';

/** A relay that told after less was asked for the first time just before: that is no rate. */
const TOLD_MS_MIN = 2_000;

/** What was told in ten seconds. */
export class FigureBin {
  /** When it began: a multiple of its length. */
  readonly startMs: number;
  readonly reports = new ReportCounter();
  /** By relay. What each tells covers a time of its own, which begins and ends in other bins too. */
  readonly #requests = new Map<string, { count: number; overMs: number }>();

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  get endMs(): number {
    return this.startMs + FIGURES_BIN_MS;
  }

  answered(count: number, { relay, overMs }: FetchSource): void {
    const told = this.#requests.get(relay) ?? { count: 0, overMs: 0 };
    this.#requests.set(relay, told);
    told.count += count;
    told.overMs += overMs;
  }

  get requestsPerS(): number {
    let perS = 0;
    for (const { count, overMs } of this.#requests.values()) perS += (count * 1_000) / Math.max(overMs, TOLD_MS_MIN);
    return rounded(perS, 1);
  }
}
