import { z } from 'zod';

/** How often a player reports while it plays; beside that once when it goes away. */
export const VIEWER_REPORT_INTERVAL_MS = 10_000;
/** Of a report's body. The longest that the schema takes is half of this. */
export const VIEWER_REPORT_BYTES_MAX = 1_024;

/** What plays in the browser. */
export const ViewerEngine = z.enum(['shaka', 'hls.js', 'native']);
export type ViewerEngine = z.infer<typeof ViewerEngine>;

/**
 * Why playback failed for good. `source`: not even the first playlist came. `network`: media could not be loaded. `media`:
 * it could not be decoded. `stuck`: nothing moved any more. `unsupported`: the browser can play nothing of this.
 */
export const ViewerFailure = z.enum(['source', 'network', 'media', 'stuck', 'unsupported', 'other']);
export type ViewerFailure = z.infer<typeof ViewerFailure>;

/** An interval is ten seconds, and a minute in a tab that the browser lets run once a minute. */
const IntervalMs = z.int().nonnegative().max(60_000);

/**
 * `POST /live/{channelId}/{broadcastId}/report`: how playing was for one viewer since it reported last. It says nothing of
 * who that is, and no two of a viewer's reports can be told to be of the same one. A player may send it as a beacon, so
 * the body is JSON whatever its Content-Type says. Nobody can check it: what is made of reports is no base for a bill.
 */
export const ViewerReport = z.strictObject({
  /** For so long the picture moved. */
  playedMs: IntervalMs,
  /** Times that it began to stand still against the viewer's will, after it had moved. */
  stalls: z.int().nonnegative().max(1_000),
  stalledMs: IntervalMs,
  /** The viewer was at the live edge for most of it. The latency of who watches from further behind is their own choice. */
  isLive: z.boolean(),
  droppedFrames: z.int().nonnegative().max(100_000),
  /** From the camera, as far as the broadcast's clock goes, to the screen: the mean. Absent: not known. */
  latencyMs: z.int().nonnegative().max(86_400_000).optional(),
  /** Of the first report: from when the broadcast was asked for to its first frame. */
  startupMs: z.int().nonnegative().max(600_000).optional(),
  /** Media ahead of the playhead: the mean. */
  bufferMs: z.int().nonnegative().max(600_000).optional(),
  /** Of the picture that came, as measured or as announced. */
  bitrateBps: z.int().nonnegative().max(500_000_000).optional(),
  /** What was shown last: `v720`, or `v720+a128` where the edge had put the two together. */
  renditionId: z
    .string()
    .regex(/^[va][0-9]{1,5}(-[a-z0-9]{1,8})?(\+a[0-9]{1,5}(-[a-z0-9]{1,8})?)?$/)
    .optional(),
  engine: ViewerEngine.optional(),
  failure: ViewerFailure.optional(),
});
export type ViewerReport = z.infer<typeof ViewerReport>;
