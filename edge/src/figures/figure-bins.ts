import {
  type BroadcastId,
  FIGURES_BIN_MS,
  FIGURES_SERIES_MAX,
  type FiguresPoint,
  type ViewerTotals,
} from '@sluice/contracts';
import type { FetchSource } from '../audience/audience.ts';
import type { Fetches } from '../audience/fetches.ts';
import { experienceOf } from './experience.ts';
import type { FedFigures } from './fed-figures.ts';
import { FigureBin } from './figure-bin.ts';
import { ReportCounter, type ReportSums } from './report-sums.ts';

export interface FigureBinsOptions {
  readonly broadcastId: BroadcastId;
  readonly nowMs: number;
  /** Reports of what it never had are of no use to anybody. */
  isRendition(id: string): boolean;
}

/**
 * What is told of one broadcast's viewers, in bins of ten seconds. Reports are shown of two of them together: a viewer's come
 * every ten seconds, but are passed on every four, and so arrive eight or twelve apart. Of older bins only a few numbers are
 * kept, and nothing of them is stored: a reset of the channel's object loses them. Time is an argument.
 */
export class FigureBins {
  readonly #options: FigureBinsOptions;
  readonly #totals = new ReportCounter();
  #bin: FigureBin;
  /** The newest that is over. */
  #newest: FigureBin | undefined;
  #experience: FedFigures['experience'] = null;
  #series: FiguresPoint[] = [];

  constructor(options: FigureBinsOptions) {
    this.#options = options;
    this.#bin = new FigureBin(binStartMs(options.nowMs));
  }

  /** @param viewers asked when a bin is over; `null`: not known. */
  passTime(nowMs: number, viewers: () => number | null): void {
    const startMs = binStartMs(nowMs);
    if (startMs <= this.#bin.startMs) return;
    this.#close(this.#bin, viewers());
    // Where nobody called for longer than a bin, nothing was told in the one that has just ended.
    if (startMs > this.#bin.endMs) {
      this.#newest = undefined;
      this.#close(new FigureBin(startMs - FIGURES_BIN_MS), viewers());
    }
    this.#bin = new FigureBin(startMs);
  }

  /** What a relay told; time was passed to when it did. */
  add({ requests = 0, reports }: Pick<Fetches, 'requests' | 'reports'>, source: FetchSource): void {
    this.#bin.answered(requests, source);
    if (reports === undefined) return;
    const known = { ...reports, renditions: this.#known(reports.renditions) };
    this.#bin.reports.add(known);
    this.#totals.add(known);
  }

  /** @param pointsMax the newest points of the series. */
  figures(pointsMax = FIGURES_SERIES_MAX): FedFigures {
    return {
      broadcastId: this.#options.broadcastId,
      atMs: this.#newest?.endMs ?? null,
      requestsPerS: this.#newest?.requestsPerS ?? null,
      experience: this.#experience,
      totals: this.#told(),
      series: this.#series.slice(-pointsMax),
    };
  }

  #told(): ViewerTotals {
    const { sums, startup, failures } = this.#totals;
    const { reports, dropped: droppedReports, starts, playedMs, stalls, stalledMs } = sums;
    return {
      reports,
      droppedReports,
      starts,
      startupMs: startup.percentiles(),
      playedMs,
      stalls,
      stalledMs,
      failures: failures.counts(),
    };
  }

  #close(bin: FigureBin, viewers: number | null): void {
    const reports = this.#newest === undefined ? [bin.reports] : [this.#newest.reports, bin.reports];
    const experience = experienceOf(reports);
    this.#newest = bin;
    this.#experience = experience;
    this.#series.push({
      atMs: bin.endMs,
      viewers,
      requestsPerS: bin.requestsPerS,
      latencyMsP50: experience?.latencyMs?.p50 ?? null,
      latencyMsP95: experience?.latencyMs?.p95 ?? null,
      stalledRatio: experience?.stalledRatio ?? null,
      bitrateBps: experience?.bitrateBps ?? null,
    });
    if (this.#series.length > FIGURES_SERIES_MAX) this.#series.shift();
  }

  #known(renditions: ReportSums['renditions']): ReportSums['renditions'] {
    return Object.fromEntries(Object.entries(renditions).filter(([id]) => this.#options.isRendition(id)));
  }
}

function binStartMs(nowMs: number): number {
  return Math.floor(nowMs / FIGURES_BIN_MS) * FIGURES_BIN_MS;
}
