import { z } from 'zod';
import { ChannelAudience } from './channel-audience.ts';

/** What is counted of a channel is counted in bins of so long. */
export const FIGURES_BIN_MS = 10_000;
/** Bins that `series` goes back: half an hour. */
export const FIGURES_SERIES_MAX = 180;

const Count = z.int().nonnegative();
const Ratio = z.number().min(0).max(1);
const Counts = z.record(z.string(), Count);

/** Half, and 95 of 100, have so much or less. Within the width of a bucket: 20 ms of latency, 50 ms of start-up. */
export const Percentiles = z.object({ p50: z.number().nonnegative(), p95: z.number().nonnegative() });
export type Percentiles = z.infer<typeof Percentiles>;

/** How playing was in the newest two bins, by what players reported in them. */
export const ViewerExperience = z.object({
  /** A viewer who plays sends two in that time, and another one when it goes. */
  reports: Count,
  /** Of those at the live edge; `null`: none of them told it. */
  latencyMs: Percentiles.nullable(),
  /** Of those who began; `null`: nobody did. */
  startupMs: Percentiles.nullable(),
  /** `null`: nobody watched, and all that came was failures. */
  stallsPerViewerHour: z.number().nonnegative().nullable(),
  /** Of the time that viewers wanted to watch. */
  stalledRatio: Ratio.nullable(),
  /** Means. */
  bufferMs: z.number().nonnegative().nullable(),
  bitrateBps: z.number().nonnegative().nullable(),
  droppedFrames: Count,
  /** Reports by what was shown. */
  renditions: Counts,
  engines: Counts,
  /** Viewers for whom playback failed, by ViewerFailure. */
  failures: Counts,
});
export type ViewerExperience = z.infer<typeof ViewerExperience>;

/** What was reported of the broadcast so far, or since the channel's object was reset. */
export const ViewerTotals = z.object({
  reports: Count,
  /** Those that an isolate had no room for. */
  droppedReports: Count,
  /** Viewers who saw a first frame. */
  starts: Count,
  startupMs: Percentiles.nullable(),
  playedMs: Count,
  stalls: Count,
  stalledMs: Count,
  failures: Counts,
});
export type ViewerTotals = z.infer<typeof ViewerTotals>;

/** One bin of `series`; what comes of reports is of it and the one before. */
export const FiguresPoint = z.object({
  /** When the bin ended. */
  atMs: z.int().positive(),
  /** `null`: not counted for long enough yet. */
  viewers: Count.nullable(),
  requestsPerS: z.number().nonnegative(),
  latencyMsP50: z.number().nonnegative().nullable(),
  latencyMsP95: z.number().nonnegative().nullable(),
  stalledRatio: Ratio.nullable(),
  bitrateBps: z.number().nonnegative().nullable(),
});
export type FiguresPoint = z.infer<typeof FiguresPoint>;

/**
 * `GET /live/{channelId}/figures.json`: how the live broadcast is for those who watch it. `viewers` and `renditions` are
 * those of `viewers.json`, counted by fetches; what comes out of reports is what players say.
 */
export const ChannelFigures = ChannelAudience.extend({
  /** When the bin of `requestsPerS`, the newest of those of `experience`, ended; `null`: none has yet, or nobody is live. */
  atMs: z.int().positive().nullable(),
  /** Requests that were answered below `/live/{channelId}`; `null` with `atMs`. */
  requestsPerS: z.number().nonnegative().nullable(),
  /** `null`: no report came. */
  experience: ViewerExperience.nullable(),
  /** `null`: nobody is live. */
  totals: ViewerTotals.nullable(),
  /** The oldest first. */
  series: z.array(FiguresPoint).max(FIGURES_SERIES_MAX),
});
export type ChannelFigures = z.infer<typeof ChannelFigures>;
