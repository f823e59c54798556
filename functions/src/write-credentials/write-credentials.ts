import type { ChannelId, StorageCredentials } from '@sluice/contracts';

/** How long they are good: the most that a role has which was taken by another one (AWS STS, role chaining). */
export const CREDENTIALS_LIFETIME_S = 60 * 60;

/** Makes credentials that put objects below one channel's prefix, and do nothing else. */
export interface WriteCredentials {
  /** Fresh ones. Rejects when they could not be made; that may pass. */
  make(channelId: ChannelId): Promise<StorageCredentials>;
}
