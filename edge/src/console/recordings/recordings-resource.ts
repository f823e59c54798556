import { type BroadcastDetails, BroadcastDetailsPage } from '../api/broadcast-details.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

/** A broadcast that has just ended becomes a recording within seconds. */
const EVERY_MS = 10_000;
const PAGE = 50;

export interface PastBroadcasts {
  readonly broadcasts: readonly BroadcastDetails[];
  readonly hasMore: boolean;
}

/** `{channelId} {pages}`: so many pages of a channel's broadcasts, the newest first. */
export const pastBroadcastsKind = new ResourceKind<PastBroadcasts>(async (key, signal) => {
  const [channelId = '', pages] = key.split(' ');
  const broadcasts: BroadcastDetails[] = [];
  let before = '';
  for (let page = 0; page < Number(pages); page += 1) {
    const path = `/channels/${channelId}/broadcasts?limit=${PAGE}${before}`;
    const { value } = await api.get(path, BroadcastDetailsPage, { signal });
    broadcasts.push(...value.broadcasts);
    if (value.next === null) return { broadcasts, hasMore: false };
    before = `&before=${value.next}`;
  }
  return { broadcasts, hasMore: true };
}, EVERY_MS);
