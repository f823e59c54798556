import type { Refused, StatusReply } from '../channel/channel-replies.ts';
import { channelState } from '../channel/channel-state.ts';
import { askViewing, awaitChannel, isChannel, type ViewingAsk, type ViewingBindings } from './ask-viewing.ts';

/** Of a channel that nobody has ever published to. */
const NEVER_LIVE: StatusReply = { kind: 'status', status: channelState(undefined) };

/**
 * A channel's state; with `after`, once its version is another, or after some time. A page may wait for a channel that
 * nobody has published to yet: then the directory holds it, and no object is made for the name.
 */
export async function askStatus(
  bindings: ViewingBindings,
  ask: ViewingAsk,
  after: string | undefined,
): Promise<StatusReply | Refused> {
  const isKnown = await isChannel(bindings, ask.channelId);
  if (isKnown === true) return askViewing(bindings, ask, (viewing) => viewing.status(after));
  if (isKnown !== false) return isKnown;
  if (after !== channelState(undefined).version) return NEVER_LIVE;
  const isKnownNow = await awaitChannel(bindings, ask.channelId);
  if (isKnownNow === true) return askViewing(bindings, ask, (viewing) => viewing.status(after));
  return isKnownNow === false ? NEVER_LIVE : isKnownNow;
}
