import type { BroadcastCost } from '../api/broadcast-cost.ts';

/** What is paid for, in the words of a bill. Others are shown by their name. */
const NAMES: Readonly<Record<string, string>> = {
  nodeUsd: 'Ingest node',
  egressUsd: 'Traffic out of AWS',
  storageWritesUsd: 'Storage: writes',
  storageReadsUsd: 'Storage: reads',
  edgeRequestsUsd: 'Edge: requests',
  objectRequestsUsd: 'Edge: state, requests',
  objectDurationUsd: 'Edge: state, time',
};
const FIGURES = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const DOLLAR_CENTS = 100;

/** `0.42¢`, `$1.37`. What is less than a hundredth of a cent, and not nothing, says so. */
export function formatCost(usd: number): string {
  const cents = usd * DOLLAR_CENTS;
  if (cents >= DOLLAR_CENTS) return `$${FIGURES.format(usd)}`;
  if (cents > 0 && cents < 0.005) return 'under 0.01¢';
  return `${FIGURES.format(cents)}¢`;
}

export interface CostItem {
  readonly name: string;
  readonly usd: number;
  /** Of the total, 0 to 1. */
  readonly share: number;
}

/** What the total is made of, the dearest first, without what was free. */
export function costItems({ items, totalUsd }: Pick<BroadcastCost, 'items' | 'totalUsd'>): readonly CostItem[] {
  return Object.entries(items)
    .filter(([, usd]) => usd > 0)
    .map(([key, usd]) => ({ name: NAMES[key] ?? key.replace(/Usd$/, ''), usd, share: usd / totalUsd }))
    .sort((one, other) => other.usd - one.usd);
}

/** The share of who watched and of what it takes to be live at all, as a sentence. */
export function costSentence({ streamUsd, viewersUsd, pricesOf }: BroadcastCost): string {
  return `${formatCost(streamUsd)} to be live, ${formatCost(viewersUsd)} for who watched. List prices of ${monthOf(pricesOf)}.`;
}

/** `2026-11` is November 2026. */
function monthOf(yearAndMonth: string): string {
  const atMs = Date.parse(`${yearAndMonth}-01T00:00:00Z`);
  if (Number.isNaN(atMs)) return yearAndMonth;
  return new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(atMs);
}
