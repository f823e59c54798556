import * as z from 'zod/mini';

/** How the push to a target is, as its node told last. */
const Status = z.object({
  state: z.string(),
  sinceMs: z.number(),
  reason: z.optional(z.string()),
  sentence: z.optional(z.string()),
  sentBytes: z.number(),
  bitrateBps: z.number(),
  droppedPackets: z.number(),
  receivedAtMs: z.number(),
});
export type RestreamStatus = z.infer<typeof Status>;

/** Where a channel is pushed on to, without its key. */
export const RestreamTarget = z.object({
  channelId: z.string(),
  targetId: z.string(),
  address: z.string(),
  label: z.string(),
  isDisabled: z.boolean(),
  status: z.nullable(Status),
});
export type RestreamTarget = z.infer<typeof RestreamTarget>;

export const RestreamTargetList = z.object({ targets: z.array(RestreamTarget) });

/** contracts' limits: of a channel's targets, and of what is written for one. */
export const RESTREAM_TARGETS_MAX = 8;
export const RESTREAM_URL_CHARS_MAX = 500;
export const RESTREAM_KEY_CHARS_MAX = 500;
export const RESTREAM_LABEL_CHARS_MAX = 80;
