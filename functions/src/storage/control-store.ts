import type { ChannelId } from '@sluice/contracts';
import type { Channel, ChannelChange } from '../channels/channel.ts';
import type { KeyedChannel } from '../ingest/authorization.ts';
import type { SigningKey } from '../ingest/signing-key.ts';
import type { StreamKey, StreamKeyChange, StreamKeyHash, StreamKeyId } from '../stream-keys/stream-key.ts';

/** One machine's disk and one list in a console; a platform of more than this needs another store. */
export const CHANNELS_MAX = 10_000;
/** A streamer's machines and phones, with room to rotate. */
export const STREAM_KEYS_PER_CHANNEL_MAX = 16;

export type ChannelCreated =
  | { readonly kind: 'created' }
  | { readonly kind: 'exists'; readonly channel: Channel }
  | { readonly kind: 'full' };

/** So many channels, from the one that follows `after`. */
export interface ChannelPage {
  readonly limit: number;
  readonly after?: ChannelId;
}

export type StreamKeyCreated = 'created' | 'no-such-channel' | 'full';

/** Where the control API keeps what it knows. Each call is atomic, and answers after it is on the disk. */
export interface ControlStore {
  createChannel(channel: Channel): Promise<ChannelCreated>;
  channel(channelId: ChannelId): Promise<Channel | undefined>;
  /** In the order of their ids. */
  channels(page: ChannelPage): Promise<Channel[]>;
  /** `undefined`: there is no such channel. */
  changeChannel(channelId: ChannelId, change: ChannelChange, nowMs: number): Promise<Channel | undefined>;
  /** Its stream keys go with it. */
  deleteChannel(channelId: ChannelId): Promise<void>;

  createStreamKey(streamKey: StreamKey, hash: StreamKeyHash): Promise<StreamKeyCreated>;
  /** The oldest first. */
  streamKeys(channelId: ChannelId): Promise<StreamKey[]>;
  changeStreamKey(channelId: ChannelId, keyId: StreamKeyId, change: StreamKeyChange): Promise<StreamKey | undefined>;
  deleteStreamKey(channelId: ChannelId, keyId: StreamKeyId): Promise<void>;
  /** Puts a key that was chosen elsewhere in place of the one of this id. Throws when another key has this hash. */
  putStreamKey(streamKey: StreamKey, hash: StreamKeyHash): Promise<void>;

  findByStreamKey(hash: StreamKeyHash): Promise<KeyedChannel | undefined>;
  findByStreamKeyId(channelId: ChannelId, keyId: StreamKeyId): Promise<KeyedChannel | undefined>;

  /** The key that grants are signed with; `make` is asked for one the first time. */
  signingKey(make: () => Promise<SigningKey>): Promise<SigningKey>;

  /** May be called again. */
  close(): void;
}
