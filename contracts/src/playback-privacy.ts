import type { BroadcastId } from './ids.ts';

/** A broadcast id begins with nine characters of time; the one after them says who may watch. */
const PRIVACY_AT = 9;
/** What stands there. */
export const BROADCAST_PRIVACY = { private: 'p', open: 'o' } as const;

/** Whether viewers need a playback token. It stands in the id, so that no request for media has to look it up. */
export function isPrivateBroadcast(broadcastId: BroadcastId): boolean {
  return broadcastId[PRIVACY_AT] === BROADCAST_PRIVACY.private;
}
