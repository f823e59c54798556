import { Channel } from '../api/channel.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

/** A channel as it was read, and of which version that is. */
export interface ReadChannel {
  readonly channel: Channel;
  readonly etag: string | undefined;
}

/** Settings change rarely, and whoever changes them is told of a conflict. */
const EVERY_MS = 30_000;

/** One channel, by its name. */
export const channelKind = new ResourceKind<ReadChannel>(async (channelId, signal) => {
  const { value: channel, etag } = await api.get(`/channels/${channelId}`, Channel, { signal });
  return { channel, etag };
}, EVERY_MS);
