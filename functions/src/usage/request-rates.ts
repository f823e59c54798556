import type { LatencyProfileName } from '@sluice/contracts';
import type { RequestRate } from './stream-cost.ts';

/**
 * Our own page's, as `npm run bench -- latency --record` saw them (local/src/cost/request-rates.json); of `economy` and
 * `standard`, which were not recorded, a request a segment and track, and those for the MPD and the clock.
 */
export const OUR_PAGE_RATES: Readonly<Record<LatencyProfileName, RequestRate>> = {
  ultra: { workerPerS: 2.4, playlistPerS: 0.5, tracks: 2 },
  low: { workerPerS: 1.43, playlistPerS: 0.5, tracks: 2 },
  economy: { workerPerS: 1.43, playlistPerS: 0.5, tracks: 2 },
  standard: { workerPerS: 0.97, playlistPerS: 0.5, tracks: 2 },
};
