import * as z from 'zod/mini';

/** contracts' CLIP_DURATION_MS: how long a clip may be. */
export const CLIP_DURATION_MS = { min: 1_000, max: 60 * 60_000 } as const;
export const CLIP_LABEL_CHARS_MAX = 200;

/** A piece of a broadcast that can be played. */
export const Clip = z.object({
  clipId: z.string(),
  channelId: z.string(),
  broadcastId: z.string(),
  label: z.string(),
  createdAtMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  isPrivate: z.boolean(),
  sizeBytes: z.number(),
});
export type Clip = z.infer<typeof Clip>;

/** Clips of a channel, the newest first. */
export const ClipPage = z.object({ clips: z.array(Clip), next: z.nullable(z.string()) });

/** Where a file can be downloaded. Secret. */
export const ExportLink = z.object({ url: z.string(), expiresAtMs: z.number() });
