import * as z from 'zod/mini';

const Known = z.nullable(z.number());
const Percentiles = z.nullable(z.object({ p50: z.number(), p95: z.number() }));
const Counts = z.record(z.string(), z.number());

/** Ten seconds of a broadcast, as its viewers had them. */
const AudiencePoint = z.object({
  atMs: z.number(),
  viewers: Known,
  requestsPerS: z.number(),
  latencyMsP50: Known,
  latencyMsP95: Known,
  stalledRatio: Known,
  bitrateBps: Known,
});
export type AudiencePoint = z.infer<typeof AudiencePoint>;

const Experience = z.object({
  reports: z.number(),
  latencyMs: Percentiles,
  startupMs: Percentiles,
  stallsPerViewerHour: Known,
  stalledRatio: Known,
  renditions: Counts,
  failures: Counts,
});

/** `GET /live/{channelId}/figures.json`, as far as the console goes: contracts' ChannelFigures. */
export const ChannelFigures = z.object({
  broadcastId: z.nullable(z.string()),
  viewers: z.number(),
  renditions: Counts,
  atMs: Known,
  requestsPerS: Known,
  experience: z.nullable(Experience),
  totals: z.nullable(z.object({ starts: z.number(), startupMs: Percentiles, stalls: z.number(), failures: Counts })),
  series: z.array(AudiencePoint),
});
export type ChannelFigures = z.infer<typeof ChannelFigures>;
