import { z } from 'zod';
import { FrameRate, LatencyProfileName } from './media-grid.ts';
import { Rendition } from './rendition.ts';

export const RENDITIONS_MAX = 16;
/** The year 9999: dates in playlists have four digits for it (ISO 8601). */
const STARTED_AT_MS_MAX = Date.UTC(9999, 0, 1);

/** What the edge must know of a broadcast before it can write a playlist. It never changes but for init versions. */
export const BroadcastDescription = z.object({
  profile: LatencyProfileName,
  frameRate: FrameRate,
  /** Wall time of tick 0 of every track: PROGRAM-DATE-TIME of msn 1 and DASH's availabilityStartTime. */
  startedAtMs: z.int().positive().max(STARTED_AT_MS_MAX),
  renditions: z.array(Rendition).min(1).max(RENDITIONS_MAX),
});
export type BroadcastDescription = z.infer<typeof BroadcastDescription>;
