import type { LatencyProfile } from '../api/channel.ts';

/** A latency profile for people (docs/ARCHITECTURE.md, latency profiles). */
export const LATENCY_WORDS: Readonly<Record<LatencyProfile, { readonly name: string; readonly hint: string }>> = {
  ultra: { name: 'Ultra low', hint: 'About a second behind, in our player. The most requests.' },
  low: { name: 'Low', hint: 'About two seconds behind, in any player.' },
  economy: { name: 'Economy', hint: 'Three to four seconds behind, for half the requests.' },
  standard: { name: 'Standard', hint: 'Plain HLS, ten seconds or more behind. The cheapest.' },
};
