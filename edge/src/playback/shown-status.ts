import { type ChannelStatus, isPrivateBroadcast } from '@sluice/contracts';
import type { ViewerRights } from './viewer-rights.ts';

/** A channel's status as this viewer is told it. Of a private broadcast others learn that it is one, and no more. */
export function shownStatus(status: ChannelStatus, { seesPrivate }: ViewerRights): ChannelStatus {
  const { channelId, version, broadcast } = status;
  if (seesPrivate || broadcast === null || !isPrivateBroadcast(broadcast.broadcastId)) return status;
  return { channelId, state: 'private', version, broadcast: null };
}
