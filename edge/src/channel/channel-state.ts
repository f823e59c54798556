import type { ChannelStatus } from '@sluice/contracts';
import type { Broadcast } from './broadcast.ts';

/** The channel as viewers see it; the Worker adds the channel's id. */
export type ChannelState = Omit<ChannelStatus, 'channelId'>;

/** What the newest broadcast makes of the channel. The version follows from the state, so it survives restarts. */
export function channelState(current: Broadcast | undefined): ChannelState {
  if (current === undefined) return { state: 'offline', version: '0-offline', broadcast: null };
  const { epoch, broadcastId, window, endedAtMs } = current;
  if (endedAtMs !== undefined) return { state: 'offline', version: `${epoch}-offline`, broadcast: null };
  const state = current.isPlayable ? 'live' : 'starting';
  if (window === undefined) return { state, version: `${epoch}-${state}`, broadcast: null };
  const { startedAtMs, profile } = window.description;
  // Being described is a change that pages want to know of: it gives them the profile.
  const version = `${epoch}-${state === 'live' ? state : 'described'}`;
  return { state, version, broadcast: { broadcastId, startedAtMs, profile } };
}
