import * as z from 'zod/mini';

/** `GET /v1/broadcasts/{broadcastId}/cost`: an estimate by list prices, in US dollars. */
export const BroadcastCost = z.object({
  broadcastId: z.string(),
  pricesOf: z.string(),
  totalUsd: z.number(),
  streamUsd: z.number(),
  viewersUsd: z.number(),
  items: z.record(z.string(), z.number()),
  viewerMs: z.number(),
  storage: z.string(),
});
export type BroadcastCost = z.infer<typeof BroadcastCost>;
