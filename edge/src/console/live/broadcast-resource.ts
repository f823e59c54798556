import { type BroadcastDetails, BroadcastDetailsPage } from '../api/broadcast-details.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

/** Whoever has just pressed "Go live" sees it within this. */
const EVERY_MS = 3_000;

/** The newest broadcast of a channel; `null`: there was none yet. */
export const newestBroadcastKind = new ResourceKind<BroadcastDetails | null>(async (channelId, signal) => {
  const { value } = await api.get(`/channels/${channelId}/broadcasts?limit=1`, BroadcastDetailsPage, { signal });
  return value.broadcasts[0] ?? null;
}, EVERY_MS);
