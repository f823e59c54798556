import * as z from 'zod/mini';
import { LATENCY_PROFILES } from './channel.ts';

const Warning = z.object({ code: z.string(), sentence: z.string(), count: z.number(), lastAtMs: z.number() });
export type BroadcastWarning = z.infer<typeof Warning>;

/** How the publisher's source was when its node last told. */
const Health = z.object({
  atMs: z.number(),
  fps: z.number(),
  bitrateBps: z.number(),
  keyframeIntervalMs: z.optional(z.number()),
  driftMs: z.optional(z.number()),
  rttMs: z.optional(z.number()),
  lossRatio: z.optional(z.number()),
});
export type BroadcastHealth = z.infer<typeof Health>;

/** A broadcast as the control API shows it, as far as the console goes. */
export const Broadcast = z.object({
  broadcastId: z.string(),
  channelId: z.string(),
  state: z.enum(['live', 'ended']),
  startedAtMs: z.number(),
  endedAtMs: z.nullable(z.number()),
  profile: z.enum(LATENCY_PROFILES),
  isPrivate: z.boolean(),
  isRecorded: z.boolean(),
  absentSinceMs: z.nullable(z.number()),
  viewers: z.number(),
  health: z.nullable(Health),
  warnings: z.array(Warning),
});
export type Broadcast = z.infer<typeof Broadcast>;

/** Who is live, in the order of the channels. */
export const LivePage = z.object({ broadcasts: z.array(Broadcast), next: z.nullable(z.string()) });

/** Broadcasts of a channel, the newest first. */
export const BroadcastPage = z.object({ broadcasts: z.array(Broadcast), next: z.nullable(z.string()) });
