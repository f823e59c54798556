import type { LatencyProfileName } from '@sluice/contracts';
import { STORAGE_PRICES, type StorageKind } from './prices.ts';
import { OUR_PAGE_RATES } from './request-rates.ts';
import {
  addCosts,
  type Costs,
  NO_COSTS,
  type NodeShape,
  streamCostHour,
  timesCosts,
  USUAL_NODE,
  usualSpread,
  viewersCostHour,
} from './stream-cost.ts';

const MS_PER_HOUR = 3_600_000;
const MS_PER_S = 1_000;

/** What a deployment is made of, as far as it decides what a broadcast costs. */
export interface CostBasis {
  readonly storage: StorageKind;
  readonly node: NodeShape;
}

/** Where nothing else is said. */
export const USUAL_COST_BASIS: CostBasis = { storage: 'r2', node: USUAL_NODE };

/** What a broadcast used, in all of its time or in a part of it. */
export interface BroadcastUse {
  readonly profile: LatencyProfileName;
  /** Of each picture, the peak that players are told. */
  readonly videoBps: readonly number[];
  /** Of all sound. */
  readonly audioBps: number;
  readonly liveMs: number;
  /** What all viewers watched, added up. */
  readonly viewerMs: number;
  /** What viewers asked the edge for, where that was counted. Absent: what our page asks for in that time. */
  readonly requests?: number | undefined;
}

/** US dollars. */
export interface BroadcastCost {
  /** By itself, whoever watches. */
  readonly stream: Costs;
  /** By those who watch. */
  readonly viewers: Costs;
}

/** What a broadcast costs by list prices, at most (docs/COST.md). Viewers are spread evenly over its time. */
export function broadcastCost(use: BroadcastUse, { storage, node }: CostBasis): BroadcastCost {
  const { profile, liveMs, viewerMs } = use;
  if (liveMs <= 0) return { stream: NO_COSTS, viewers: NO_COSTS };
  const hours = liveMs / MS_PER_HOUR;
  const shape = {
    profile,
    videoMbps: use.videoBps.map((bps) => bps / 1e6),
    audioMbps: use.audioBps / 1e6,
    node,
    storage,
  };
  const watched = viewersCostHour(shape, rateOf(use), usualSpread(viewerMs / liveMs));
  return { stream: timesCosts(streamCostHour(shape), hours), viewers: timesCosts(watched, hours) };
}

/** All of it, item by item. */
export function costItems({ stream, viewers }: BroadcastCost): Costs {
  return addCosts(stream, viewers);
}

/** What viewers asked for. */
export function requestsOf(use: Pick<BroadcastUse, 'profile' | 'viewerMs' | 'requests'>): number {
  return use.requests ?? (OUR_PAGE_RATES[use.profile].workerPerS * use.viewerMs) / MS_PER_S;
}

/** US dollars to keep so many bytes for a month. */
export function storageCostMonth(sizeBytes: number, storage: StorageKind): number {
  return (sizeBytes / 1e9) * STORAGE_PRICES[storage].gbMonth;
}

function rateOf({ profile, viewerMs, requests }: BroadcastUse) {
  const rate = OUR_PAGE_RATES[profile];
  if (requests === undefined || viewerMs <= 0) return rate;
  return { ...rate, workerPerS: (requests * MS_PER_S) / viewerMs };
}
