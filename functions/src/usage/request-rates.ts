import type { LatencyProfileName } from '@sluice/contracts';
import type { RequestRate } from './stream-cost.ts';

/**
 * Our own page's, as `npm run bench -- latency --record` saw them (local/src/cost/request-rates.json); of `economy` and
 * `standard`, which were not recorded, a request a segment and track, and those for the MPD, the clock and
 * reports.
 */
export const OUR_PAGE_RATES: Readonly<Record<LatencyProfileName, RequestRate>> = {
  ultra: { workerPerS: 2.5, playlistPerS: 0.5, reportPerS: 0.1, tracks: 2 },
  low: { workerPerS: 1.53, playlistPerS: 0.5, reportPerS: 0.1, tracks: 2 },
  economy: { workerPerS: 1.53, playlistPerS: 0.5, reportPerS: 0.1, tracks: 2 },
  standard: { workerPerS: 1.07, playlistPerS: 0.5, reportPerS: 0.1, tracks: 2 },
};
