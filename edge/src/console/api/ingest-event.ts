import * as z from 'zod/mini';

const Figure = z.optional(z.number());

/** How a source was in ten seconds, and how its node kept up: contracts' ToldFigures. */
const SourceFigures = z.object({
  kind: z.literal('figures'),
  broadcastId: z.string(),
  atMs: z.number(),
  fps: z.number(),
  bitrateBps: z.number(),
  keyframeIntervalMs: Figure,
  driftMs: Figure,
  rttMs: Figure,
  lossRatio: Figure,
  protocol: z.optional(z.string()),
  videoCodec: z.optional(z.string()),
  audioCodec: z.optional(z.string()),
  widthPx: Figure,
  heightPx: Figure,
  encodeSpeed: Figure,
  encodeLagMs: Figure,
  uploadLagMsP50: Figure,
  uploadLagMsP95: Figure,
  announceLagMsP95: Figure,
});
export type SourceFigures = z.infer<typeof SourceFigures>;

/** Something that happened to a broadcast. Those kinds that are not known here are shown by their name. */
const ChannelEvent = z.object({
  kind: z.string(),
  broadcastId: z.string(),
  atMs: z.number(),
  protocol: z.optional(z.string()),
  isResumed: z.optional(z.boolean()),
  reason: z.optional(z.string()),
  absentMs: z.optional(z.number()),
  code: z.optional(z.string()),
  sentence: z.optional(z.string()),
});
export type ChannelEvent = z.infer<typeof ChannelEvent>;

/** The oldest first; `next` is the `after` of what comes later. */
export const SourceFiguresPage = z.object({
  events: z.array(z.object({ sequence: z.number(), event: SourceFigures })),
  next: z.number(),
});
export const ChannelEventPage = z.object({
  events: z.array(z.object({ sequence: z.number(), event: ChannelEvent })),
  next: z.number(),
});
