import type {
  ChannelId,
  IngestEvents,
  IngestEventsAnswer,
  KeptIngestEvent,
  PlaybackRevocation,
} from '@sluice/contracts';
import { type Channel, type ChannelChange, changeSettings } from '../channels/channel.ts';
import type { KeyedChannel } from '../ingest/authorization.ts';
import { SigningKey } from '../ingest/signing-key.ts';
import type { PlaybackKey } from '../playback/playback-key.ts';
import type { StreamKey, StreamKeyChange, StreamKeyHash, StreamKeyId } from '../stream-keys/stream-key.ts';
import {
  CHANNELS_MAX,
  type ChannelCreated,
  type ChannelPage,
  type ControlStore,
  type EventPage,
  STREAM_KEYS_PER_CHANNEL_MAX,
  type StreamKeyCreated,
  type StreamKeyName,
} from './control-store.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqliteEvents } from './sqlite-events.ts';
import { SqlitePlayback } from './sqlite-playback.ts';
import { readChannelRow, readStreamKeyRow, settingsJson } from './sqlite-rows.ts';

const FIND_STREAM_KEYS = `
  SELECT stream_key.* FROM json_each(?) AS asked
  JOIN stream_key ON channel_id = asked.value ->> 0 AND key_id = asked.value ->> 1`;
const FIND_CHANNELS = 'SELECT * FROM channel WHERE channel_id IN (SELECT value FROM json_each(?))';

/** The store of a control API on one machine: one SQLite file. Its calls return at once, for they run in this thread. */
export class SqliteStore implements ControlStore {
  readonly #database: SqliteDatabase;
  readonly #events: SqliteEvents;
  readonly #playback: SqlitePlayback;

  /** Opens the file, or makes it. Throws SchemaTooNewError, or SQLite's own error when it is no database. */
  constructor(path: string) {
    this.#database = new SqliteDatabase(path);
    this.#events = new SqliteEvents(this.#database);
    this.#playback = new SqlitePlayback(this.#database);
  }

  async createChannel(channel: Channel): Promise<ChannelCreated> {
    return this.#database.atomically(() => {
      const existing = this.#channel(channel.channelId);
      if (existing !== undefined) return { kind: 'exists', channel: existing };
      if (this.#database.count('SELECT count(*) AS count FROM channel') >= CHANNELS_MAX) return { kind: 'full' };
      this.#database.run(
        'INSERT INTO channel (channel_id, settings_json, created_at_ms, updated_at_ms) VALUES (?, ?, ?, ?)',
        channel.channelId,
        settingsJson(channel),
        channel.createdAtMs,
        channel.updatedAtMs,
      );
      return { kind: 'created' };
    });
  }

  async channel(channelId: ChannelId): Promise<Channel | undefined> {
    return this.#channel(channelId);
  }

  async channels({ limit, after }: ChannelPage): Promise<Channel[]> {
    const sql = 'SELECT * FROM channel WHERE channel_id > ? ORDER BY channel_id LIMIT ?';
    return this.#database
      .statement(sql)
      .all(after ?? '', limit)
      .map(readChannelRow);
  }

  async changeChannel(channelId: ChannelId, change: ChannelChange, nowMs: number): Promise<Channel | undefined> {
    return this.#database.atomically(() => {
      const channel = this.#channel(channelId);
      if (channel === undefined) return undefined;
      const changed = { ...channel, ...changeSettings(channel, change), updatedAtMs: nowMs };
      const sql = 'UPDATE channel SET settings_json = ?, updated_at_ms = ? WHERE channel_id = ?';
      this.#database.run(sql, settingsJson(changed), nowMs, channelId);
      return changed;
    });
  }

  async kickChannel(channelId: ChannelId, nowMs: number): Promise<boolean> {
    return this.#database.run('UPDATE channel SET kicked_at_ms = ? WHERE channel_id = ?', nowMs, channelId) > 0;
  }

  async deleteChannel(channelId: ChannelId): Promise<void> {
    this.#database.run('DELETE FROM channel WHERE channel_id = ?', channelId);
  }

  async createStreamKey(streamKey: StreamKey, hash: StreamKeyHash): Promise<StreamKeyCreated> {
    return this.#database.atomically(() => {
      if (this.#channel(streamKey.channelId) === undefined) return 'no-such-channel';
      const sql = 'SELECT count(*) AS count FROM stream_key WHERE channel_id = ?';
      if (this.#database.count(sql, streamKey.channelId) >= STREAM_KEYS_PER_CHANNEL_MAX) return 'full';
      this.#insertStreamKey(streamKey, hash);
      return 'created';
    });
  }

  async streamKeys(channelId: ChannelId): Promise<StreamKey[]> {
    const sql = 'SELECT * FROM stream_key WHERE channel_id = ? ORDER BY created_at_ms, key_id';
    return this.#database.statement(sql).all(channelId).map(readStreamKeyRow);
  }

  async changeStreamKey(
    channelId: ChannelId,
    keyId: StreamKeyId,
    change: StreamKeyChange,
  ): Promise<StreamKey | undefined> {
    return this.#database.atomically(() => {
      const streamKey = this.#streamKey(channelId, keyId);
      if (streamKey === undefined) return undefined;
      const label = change.label ?? streamKey.label;
      const isDisabled = change.isDisabled ?? streamKey.isDisabled;
      const role = change.role ?? streamKey.role;
      const sql = 'UPDATE stream_key SET label = ?, role = ?, is_disabled = ? WHERE channel_id = ? AND key_id = ?';
      this.#database.run(sql, label, role, Number(isDisabled), channelId, keyId);
      return { ...streamKey, label, role, isDisabled };
    });
  }

  async deleteStreamKey(channelId: ChannelId, keyId: StreamKeyId): Promise<void> {
    this.#database.run('DELETE FROM stream_key WHERE channel_id = ? AND key_id = ?', channelId, keyId);
  }

  async putStreamKey(streamKey: StreamKey, hash: StreamKeyHash): Promise<void> {
    this.#database.atomically(() => {
      this.#database.run(
        'DELETE FROM stream_key WHERE channel_id = ? AND key_id = ?',
        streamKey.channelId,
        streamKey.keyId,
      );
      this.#insertStreamKey(streamKey, hash);
    });
  }

  async findByStreamKey(hash: StreamKeyHash): Promise<KeyedChannel | undefined> {
    return this.#keyed(this.#database.statement('SELECT * FROM stream_key WHERE key_hash = ?').get(hash));
  }

  async findByStreamKeyId(channelId: ChannelId, keyId: StreamKeyId): Promise<KeyedChannel | undefined> {
    return this.#keyed(this.#streamKeyRow(channelId, keyId));
  }

  async findByStreamKeyIds(names: readonly StreamKeyName[]): Promise<KeyedChannel[]> {
    const asked = JSON.stringify(names.map(({ channelId, keyId }) => [channelId, keyId]));
    const streamKeys = this.#database.statement(FIND_STREAM_KEYS).all(asked).map(readStreamKeyRow);
    const channelIds = JSON.stringify(streamKeys.map(({ channelId }) => channelId));
    const channels = this.#database.statement(FIND_CHANNELS).all(channelIds).map(readChannelRow);
    const byId = new Map(channels.map((channel) => [channel.channelId, channel]));
    return streamKeys.flatMap((streamKey) => {
      const channel = byId.get(streamKey.channelId);
      return channel === undefined ? [] : [{ streamKey, channel }];
    });
  }

  async signingKey(make: () => Promise<SigningKey>): Promise<SigningKey> {
    const kept = this.#signingKey();
    if (kept !== undefined) return kept;
    const made = await make();
    return this.#database.atomically(() => {
      // Another process may have been first; all must sign with the same key.
      const first = this.#signingKey();
      if (first !== undefined) return first;
      const sql = 'INSERT INTO signing_key (key_id, key_json) VALUES (?, ?)';
      this.#database.run(sql, made.publicJwk.kid, JSON.stringify(made));
      return made;
    });
  }

  async keepEvents(batch: IngestEvents, nowMs: number): Promise<IngestEventsAnswer> {
    return this.#events.keep(batch, nowMs);
  }

  async events(channelId: ChannelId, page: EventPage): Promise<KeptIngestEvent[]> {
    return this.#events.page(channelId, page);
  }

  playbackKeys(make: () => Promise<PlaybackKey>): Promise<PlaybackKey[]> {
    return this.#playback.playbackKeys(make);
  }

  addPlaybackKey(key: PlaybackKey, live: (newestFirst: PlaybackKey[]) => PlaybackKey[]): Promise<'added' | 'full'> {
    return this.#playback.addPlaybackKey(key, live);
  }

  removePlaybackKey(
    kid: string,
    signer: (newestFirst: PlaybackKey[]) => PlaybackKey | undefined,
  ): Promise<'removed' | 'no-such-key' | 'signs'> {
    return this.#playback.removePlaybackKey(kid, signer);
  }

  revokePlayback(channelId: ChannelId, revocation: PlaybackRevocation, nowMs: number): Promise<'revoked' | 'full'> {
    return this.#playback.revokePlayback(channelId, revocation, nowMs);
  }

  playbackRevocations(channelId: ChannelId, nowMs: number): Promise<PlaybackRevocation[]> {
    return this.#playback.playbackRevocations(channelId, nowMs);
  }

  untoldRevocations(channelId: ChannelId): Promise<PlaybackRevocation[]> {
    return this.#playback.untoldRevocations(channelId);
  }

  channelsWithUntoldRevocations(limit: number): Promise<ChannelId[]> {
    return this.#playback.channelsWithUntoldRevocations(limit);
  }

  markRevocationsTold(channelId: ChannelId, revocations: readonly PlaybackRevocation[]): Promise<void> {
    return this.#playback.markRevocationsTold(channelId, revocations);
  }

  close(): void {
    this.#database.close();
  }

  #channel(channelId: ChannelId): Channel | undefined {
    const row = this.#database.statement('SELECT * FROM channel WHERE channel_id = ?').get(channelId);
    return row === undefined ? undefined : readChannelRow(row);
  }

  #streamKeyRow(channelId: ChannelId, keyId: StreamKeyId): unknown {
    return this.#database
      .statement('SELECT * FROM stream_key WHERE channel_id = ? AND key_id = ?')
      .get(channelId, keyId);
  }

  #streamKey(channelId: ChannelId, keyId: StreamKeyId): StreamKey | undefined {
    const row = this.#streamKeyRow(channelId, keyId);
    return row === undefined ? undefined : readStreamKeyRow(row);
  }

  #keyed(row: unknown): KeyedChannel | undefined {
    if (row === undefined) return undefined;
    const streamKey = readStreamKeyRow(row);
    const channel = this.#channel(streamKey.channelId);
    return channel === undefined ? undefined : { streamKey, channel };
  }

  #signingKey(): SigningKey | undefined {
    const row = this.#database.statement('SELECT key_json FROM signing_key LIMIT 1').get();
    return row === undefined ? undefined : SigningKey.parse(JSON.parse(String(row.key_json)));
  }

  #insertStreamKey(streamKey: StreamKey, hash: StreamKeyHash): void {
    this.#database.run(
      `INSERT INTO stream_key (channel_id, key_id, key_hash, label, role, is_disabled, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      streamKey.channelId,
      streamKey.keyId,
      hash,
      streamKey.label,
      streamKey.role,
      Number(streamKey.isDisabled),
      streamKey.createdAtMs,
    );
  }
}
