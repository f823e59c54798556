import { type Broadcast, LivePage } from '../api/broadcast.ts';
import { type Channel, ChannelPage } from '../api/channel.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

/** The most that one page has. */
const PAGE = 200;
/** Channels come and go by hand. */
const CHANNELS_EVERY_MS = 30_000;
/** Whoever looks at the grid sees a channel go live within this. */
const LIVE_EVERY_MS = 5_000;
/** More live channels than this, and only these are shown as live. */
const LIVE_PAGES_MAX = 5;

export interface LoadedChannels {
  readonly channels: readonly Channel[];
  readonly hasMore: boolean;
}

/** The first so many pages of channels; the key is how many. */
export const channelsKind = new ResourceKind<LoadedChannels>(async (pages, signal) => {
  const channels: Channel[] = [];
  let after = '';
  for (let page = 0; page < Number(pages); page += 1) {
    const { value } = await api.get(`/channels?limit=${PAGE}${after}`, ChannelPage, { signal });
    channels.push(...value.channels);
    if (value.next === null) return { channels, hasMore: false };
    after = `&after=${value.next}`;
  }
  return { channels, hasMore: true };
}, CHANNELS_EVERY_MS);

/** Who is live. There is one of it: the key says nothing. */
export const liveKind = new ResourceKind<readonly Broadcast[]>(async (_key, signal) => {
  const broadcasts: Broadcast[] = [];
  let after = '';
  for (let page = 0; page < LIVE_PAGES_MAX; page += 1) {
    const { value } = await api.get(`/broadcasts?limit=${PAGE}${after}`, LivePage, { signal });
    broadcasts.push(...value.broadcasts);
    if (value.next === null) break;
    after = `&after=${value.next}`;
  }
  return broadcasts;
}, LIVE_EVERY_MS);
