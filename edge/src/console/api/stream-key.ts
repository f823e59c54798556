import * as z from 'zod/mini';

/** A stream key without the key itself. */
export const StreamKey = z.object({
  channelId: z.string(),
  keyId: z.string(),
  label: z.string(),
  role: z.enum(['primary', 'backup']),
  isDisabled: z.boolean(),
  createdAtMs: z.number(),
  issuedAtMs: z.number(),
});
export type StreamKey = z.infer<typeof StreamKey>;

export const StreamKeyList = z.object({ streamKeys: z.array(StreamKey) });

/** The one answer that holds the key. Secret. */
export const MadeStreamKey = z.extend(StreamKey, { streamKey: z.string() });
export type MadeStreamKey = z.infer<typeof MadeStreamKey>;
