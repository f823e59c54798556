import { FIGURES_BIN_MS, type FiguresPoint, type ViewerExperience } from '@sluice/contracts';
import type { FetchSource } from '../audience/audience.ts';
import { type PlainSums, ReportCounter, type ReportSums } from './report-sums.ts';

/** A relay that told after less was asked for the first time just before: that is no rate. */
const TOLD_MS_MIN = 2_000;
const HOUR_MS = 3_600_000;

/** What was told in ten seconds. */
export class FigureBin {
  /** When it began: a multiple of its length. */
  readonly startMs: number;
  readonly #reports = new ReportCounter();
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

  reported(told: ReportSums): void {
    this.#reports.add(told);
  }

  get requestsPerS(): number {
    let perS = 0;
    for (const { count, overMs } of this.#requests.values()) perS += (count * 1_000) / Math.max(overMs, TOLD_MS_MIN);
    return rounded(perS, 1);
  }

  /** `null`: nobody reported. */
  experience(): ViewerExperience | null {
    const { sums, latency, startup, renditions, engines, failures } = this.#reports;
    if (sums.reports === 0) return null;
    return {
      reports: sums.reports,
      latencyMs: latency.percentiles(),
      startupMs: startup.percentiles(),
      stallsPerViewerHour: share(sums.stalls * HOUR_MS, wantedMs(sums), 2),
      stalledRatio: share(sums.stalledMs, wantedMs(sums), 4),
      bufferMs: share(sums.bufferMs, sums.buffers, 0),
      bitrateBps: share(sums.bitrateBps, sums.bitrates, 0),
      droppedFrames: sums.droppedFrames,
      renditions: renditions.counts(),
      engines: engines.counts(),
      failures: failures.counts(),
    };
  }

  /** @param viewers at its end; `null`: not known. */
  point(viewers: number | null): FiguresPoint {
    const { latencyMs, stalledRatio, bitrateBps } = this.experience() ?? {};
    return {
      atMs: this.endMs,
      viewers,
      requestsPerS: this.requestsPerS,
      latencyMsP50: latencyMs?.p50 ?? null,
      latencyMsP95: latencyMs?.p95 ?? null,
      stalledRatio: stalledRatio ?? null,
      bitrateBps: bitrateBps ?? null,
    };
  }
}

/** For so long viewers wanted to see the picture move. */
function wantedMs({ playedMs, stalledMs }: PlainSums): number {
  return playedMs + stalledMs;
}

function share(part: number, whole: number, digits: number): number | null {
  return whole === 0 ? null : rounded(part / whole, digits);
}

/** More digits than mean anything would only be sent. */
function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
