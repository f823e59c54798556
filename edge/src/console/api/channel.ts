import * as z from 'zod/mini';

export const LATENCY_PROFILES = ['ultra', 'low', 'economy', 'standard'] as const;
export type LatencyProfile = (typeof LATENCY_PROFILES)[number];

/** A channel as the control API shows it, as far as the console goes. */
export const Channel = z.object({
  channelId: z.string(),
  profile: z.enum(LATENCY_PROFILES),
  takeover: z.enum(['refuse', 'take-over']),
  reconnectWindowMs: z.number(),
  dvrWindowS: z.number(),
  ingestBitrateBpsMax: z.number(),
  isDisabled: z.boolean(),
  isPrivate: z.boolean(),
  delivery: z.enum(['separate', 'muxed']),
  onDemand: z.boolean(),
  isRecorded: z.boolean(),
  recordingRetentionDays: z.nullable(z.number()),
  hasSrtPassphrase: z.boolean(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  isBeingDeleted: z.boolean(),
  /** The broadcast that ended last. Told in lists alone; `null`: none has. */
  lastBroadcast: z.optional(z.nullable(z.object({ endedAtMs: z.number() }))),
});
export type Channel = z.infer<typeof Channel>;

/** A page of channels, in the order of their names. */
export const ChannelPage = z.object({ channels: z.array(Channel), next: z.nullable(z.string()) });
export type ChannelPage = z.infer<typeof ChannelPage>;
