import * as z from 'zod/mini';

/** A playback token and where it is used. All of it is secret. */
export const PlaybackToken = z.object({
  token: z.string(),
  expiresAtMs: z.number(),
  urls: z.object({ hls: z.string(), dash: z.string(), watch: z.string() }),
});
export type PlaybackToken = z.infer<typeof PlaybackToken>;
