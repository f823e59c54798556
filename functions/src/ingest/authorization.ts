import type { AuthorizeRefusal, PublishSettings } from '@sluice/contracts';
import type { Channel } from '../channels/channel.ts';
import type { StreamKey } from '../stream-keys/stream-key.ts';

/** A stream key with the channel that it opens. */
export interface KeyedChannel {
  readonly streamKey: StreamKey;
  readonly channel: Channel;
}

export type Authorization =
  | { readonly kind: 'granted'; readonly keyed: KeyedChannel; readonly settings: PublishSettings }
  | { readonly kind: 'refused'; readonly code: AuthorizeRefusal };

/** Whether a publisher is let in, by what is known of the key now. */
export function decideAuthorization(keyed: KeyedChannel | undefined): Authorization {
  if (keyed === undefined) return { kind: 'refused', code: 'unknown-stream-key' };
  if (keyed.streamKey.isDisabled) return { kind: 'refused', code: 'stream-key-disabled' };
  if (keyed.channel.isDisabled) return { kind: 'refused', code: 'channel-disabled' };
  return { kind: 'granted', keyed, settings: publishSettings(keyed.channel) };
}

function publishSettings(channel: Channel): PublishSettings {
  return {
    channelId: channel.channelId,
    profile: channel.profile,
    ladder: channel.ladder,
    takeover: channel.takeover,
    reconnectWindowMs: channel.reconnectWindowMs,
    ingestBitrateBpsMax: channel.ingestBitrateBpsMax,
    dvrWindowS: channel.dvrWindowS,
    // There are no recordings yet.
    isRecorded: false,
  };
}
