import type { ChannelId, IngestEvents, IngestEventsAnswer, KeptIngestEvent } from '@sluice/contracts';
import type { Channel, ChannelChange } from '../channels/channel.ts';
import type { KeyedChannel } from '../ingest/authorization.ts';
import type { SigningKey } from '../ingest/signing-key.ts';
import type { StreamKey, StreamKeyChange, StreamKeyHash, StreamKeyId } from '../stream-keys/stream-key.ts';
import type { PlaybackStore } from './playback-store.ts';

/** One machine's disk and one list in a console; a platform of more than this needs another store. */
export const CHANNELS_MAX = 10_000;
/** A streamer's machines and phones, with room to rotate. */
export const STREAM_KEYS_PER_CHANNEL_MAX = 16;

/** What an owner may want to look back on; older ones are dropped. */
export const EVENTS_PER_CHANNEL_MAX = 500;
/** Figures come every few seconds; more of them would push out what has happened. */
export const FIGURES_PER_CHANNEL_MAX = 300;

export type ChannelCreated =
  | { readonly kind: 'created' }
  | { readonly kind: 'exists'; readonly channel: Channel }
  | { readonly kind: 'full' };

/** So many channels, from the one that follows `after`. */
export interface ChannelPage {
  readonly limit: number;
  readonly after?: ChannelId;
}

/** Which stream key, of which channel. */
export type StreamKeyName = Pick<StreamKey, 'channelId' | 'keyId'>;

/** So many events, from the one that follows `after`. */
export interface EventPage {
  readonly limit: number;
  readonly after: number;
}

export type StreamKeyCreated = 'created' | 'no-such-channel' | 'full';

/** Where the control API keeps what it knows. Each call is atomic, and answers after it is on the disk. */
export interface ControlStore extends PlaybackStore {
  createChannel(channel: Channel): Promise<ChannelCreated>;
  channel(channelId: ChannelId): Promise<Channel | undefined>;
  /** In the order of their ids. */
  channels(page: ChannelPage): Promise<Channel[]>;
  /** `undefined`: there is no such channel. */
  changeChannel(channelId: ChannelId, change: ChannelChange, nowMs: number): Promise<Channel | undefined>;
  /** Remembers that whoever is live is to be sent away. `false`: there is no such channel. */
  kickChannel(channelId: ChannelId, nowMs: number): Promise<boolean>;
  /** Its stream keys and events go with it. */
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
  /** Those that there are, in any order, each once. One batched read, for it is asked every two seconds. */
  findByStreamKeyIds(names: readonly StreamKeyName[]): Promise<KeyedChannel[]>;

  /** Keeps what it does not know yet, of channels that exist, and drops the oldest above the limits. */
  keepEvents(batch: IngestEvents, nowMs: number): Promise<IngestEventsAnswer>;
  /** The oldest first. */
  events(channelId: ChannelId, page: EventPage): Promise<KeptIngestEvent[]>;

  /** The key that grants are signed with; `make` is asked for one the first time. */
  signingKey(make: () => Promise<SigningKey>): Promise<SigningKey>;

  /** May be called again. */
  close(): void;
}
