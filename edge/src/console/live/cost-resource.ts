import { BroadcastCost } from '../api/broadcast-cost.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

const EVERY_MS = 10_000;
/** Half an hour of it. */
const SAMPLES_MAX = 190;

export interface CostSample {
  readonly atMs: number;
  readonly usd: number;
}

/** What a broadcast costs, and how that grew while somebody looked. */
export interface GrowingCost {
  readonly cost: BroadcastCost;
  readonly samples: readonly CostSample[];
}

/** By the broadcast's id. */
export const costKind: ResourceKind<GrowingCost> = new ResourceKind(async (broadcastId, signal) => {
  const { value: cost } = await api.get(`/broadcasts/${broadcastId}/cost`, BroadcastCost, { signal });
  const before = costKind.recall(broadcastId)?.samples ?? [];
  const samples = [...before, { atMs: Date.now(), usd: cost.totalUsd }].slice(-SAMPLES_MAX);
  return { cost, samples };
}, EVERY_MS);
