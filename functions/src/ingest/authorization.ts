import type { AuthorizeRefusal, CheckReason, IngestProtocol, PublishSettings } from '@sluice/contracts';
import type { Channel } from '../channels/channel.ts';
import { listForNodes } from '../restream/restream-target.ts';
import type { StreamKey } from '../stream-keys/stream-key.ts';

/** A stream key with the channel that it opens. */
export interface KeyedChannel {
  readonly streamKey: StreamKey;
  readonly channel: Channel;
}

export type Authorization =
  | { readonly kind: 'granted'; readonly keyed: KeyedChannel; readonly settings: PublishSettings }
  | { readonly kind: 'refused'; readonly code: Exclude<AuthorizeRefusal, 'too-many-attempts'> };

/** Whether a publisher is let in, by what is known of the key now. A renewal is of no protocol. */
export function decideAuthorization(
  keyed: KeyedChannel | undefined,
  { protocol, nowMs }: { readonly protocol?: IngestProtocol | undefined; readonly nowMs: number },
): Authorization {
  if (keyed === undefined) return { kind: 'refused', code: 'unknown-stream-key' };
  if (keyed.streamKey.isDisabled) return { kind: 'refused', code: 'stream-key-disabled' };
  if (isClosed(keyed.channel)) return { kind: 'refused', code: 'channel-disabled' };
  if (keyed.channel.closedUntilMs > nowMs) return { kind: 'refused', code: 'kicked' };
  return { kind: 'granted', keyed, settings: publishSettings(keyed, protocol) };
}

/** Why a publisher who was let in then must go now; `undefined`: it may stay. */
export function decideCheck(keyed: KeyedChannel | undefined, authorizedAtMs: number): CheckReason | undefined {
  if (keyed === undefined) return 'unknown-stream-key';
  if (keyed.streamKey.isDisabled) return 'stream-key-disabled';
  if (isClosed(keyed.channel)) return 'channel-disabled';
  if (isRotatedSince(keyed.streamKey, authorizedAtMs)) return 'unknown-stream-key';
  return keyed.channel.kickedAtMs >= authorizedAtMs ? 'kicked' : undefined;
}

/** It is another key by now, and whoever has the new one was let in later. */
function isRotatedSince({ createdAtMs, issuedAtMs }: StreamKey, authorizedAtMs: number): boolean {
  return issuedAtMs > createdAtMs && issuedAtMs >= authorizedAtMs;
}

function isClosed({ isDisabled, isBeingDeleted }: Channel): boolean {
  return isDisabled || isBeingDeleted;
}

function publishSettings({ channel, streamKey }: KeyedChannel, protocol?: IngestProtocol): PublishSettings {
  const { srtPassphrase } = channel;
  return {
    channelId: channel.channelId,
    profile: channel.profile,
    ladder: channel.ladder,
    takeover: channel.takeover,
    reconnectWindowMs: channel.reconnectWindowMs,
    ingestBitrateBpsMax: channel.ingestBitrateBpsMax,
    dvrWindowS: channel.dvrWindowS,
    isRecorded: channel.isRecorded,
    onDemand: channel.onDemand,
    role: streamKey.role,
    restream: listForNodes(channel.restream),
    // A secret goes no further than it is needed.
    ...(protocol === 'srt' && srtPassphrase !== null ? { srtPassphrase } : {}),
  };
}
