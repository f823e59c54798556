import type { ViewerExperience } from '@sluice/contracts';
import { type PlainSums, ReportCounter } from './report-sums.ts';
import { rounded } from './rounded.ts';

const HOUR_MS = 3_600_000;

/** How playing was by all reports of some bins; `null`: there were none. */
export function experienceOf(bins: readonly ReportCounter[]): ViewerExperience | null {
  const all = new ReportCounter();
  for (const reports of bins) all.add(reports.counts());
  const { sums, latency, startup, renditions, engines, failures } = all;
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

/** For so long viewers wanted to see the picture move. */
function wantedMs({ playedMs, stalledMs }: PlainSums): number {
  return playedMs + stalledMs;
}

function share(part: number, whole: number, digits: number): number | null {
  return whole === 0 ? null : rounded(part / whole, digits);
}
