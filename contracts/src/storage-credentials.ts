import { z } from 'zod';
import type { ChannelId } from './ids.ts';

/**
 * What one channel's objects are put into the bucket with (S3's API): good for what lies below `channelPrefix` and for
 * nothing else, and for an hour at most. Secret.
 */
export const StorageCredentials = z.object({
  accessKeyId: z.string().min(1).max(256),
  secretAccessKey: z.string().min(1).max(256),
  sessionToken: z.string().min(1).max(8_192),
  expiresAtMs: z.int().positive(),
});
export type StorageCredentials = z.infer<typeof StorageCredentials>;

/** Everything of one channel lies below this, and nothing else does: it ends with `/`, and no manifest begins so. */
export function channelPrefix(channelId: ChannelId): string {
  return `${channelId}/`;
}
