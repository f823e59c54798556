import * as z from 'zod/mini';
import { Broadcast } from './broadcast.ts';

/** What viewers can choose from, as the broadcast began: contracts' RenditionSummary. */
const RenditionSummary = z.object({
  renditionId: z.string(),
  codecs: z.string(),
  bitrateBpsMax: z.number(),
  widthPx: z.optional(z.number()),
  heightPx: z.optional(z.number()),
  frameRate: z.optional(z.number()),
});
export type RenditionSummary = z.infer<typeof RenditionSummary>;

const Totals = z.object({ viewersPeak: z.number(), views: z.number(), viewerMs: z.number(), liveMs: z.number() });

/** What is left of a broadcast to be watched later. */
const Kept = z.object({
  readyAtMs: z.number(),
  durationMs: z.number(),
  sizeBytes: z.number(),
  gapMs: z.number(),
  expiresAtMs: z.nullable(z.number()),
});
export type KeptRecording = z.infer<typeof Kept>;

/** A broadcast with all that its channel's page shows of it. */
export const BroadcastDetails = z.extend(Broadcast, {
  endReason: z.nullable(z.string()),
  renditions: z.array(RenditionSummary),
  totals: Totals,
  recording: z.nullable(Kept),
  isBeingDeleted: z.boolean(),
});
export type BroadcastDetails = z.infer<typeof BroadcastDetails>;

/** Broadcasts of a channel, the newest first. */
export const BroadcastDetailsPage = z.object({
  broadcasts: z.array(BroadcastDetails),
  next: z.nullable(z.string()),
});
