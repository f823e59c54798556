import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { ChannelId } from '@sluice/contracts';
import { type Channel, type ChannelChange, changeSettings } from '../channels/channel.ts';
import type { KeyedChannel } from '../ingest/authorization.ts';
import { SigningKey } from '../ingest/signing-key.ts';
import type { StreamKey, StreamKeyChange, StreamKeyHash, StreamKeyId } from '../stream-keys/stream-key.ts';
import {
  CHANNELS_MAX,
  type ChannelCreated,
  type ChannelPage,
  type ControlStore,
  STREAM_KEYS_PER_CHANNEL_MAX,
  type StreamKeyCreated,
} from './control-store.ts';
import { readChannelRow, readStreamKeyRow, settingsJson } from './sqlite-rows.ts';
import { migrate } from './sqlite-schema.ts';

/** Another process, a backup for one, may hold the file for a moment. */
const BUSY_MS_MAX = 5_000;
/** The signing key is in the file. */
const FILE_MODE = 0o600;

/** The store of a control API on one machine: one SQLite file. Its calls return at once, for they run in this thread. */
export class SqliteStore implements ControlStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens the file, or makes it. Throws SchemaTooNewError, or SQLite's own error when it is no database. */
  constructor(path: string) {
    // SQLite gives its -wal and -shm files the mode of the file itself.
    closeSync(openSync(path, 'a', FILE_MODE));
    this.#database = new DatabaseSync(path, { timeout: BUSY_MS_MAX });
    try {
      this.#database.exec('PRAGMA journal_mode = WAL');
      migrate(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  async createChannel(channel: Channel): Promise<ChannelCreated> {
    return this.#atomically(() => {
      const existing = this.#channel(channel.channelId);
      if (existing !== undefined) return { kind: 'exists', channel: existing };
      if (this.#count('SELECT count(*) AS count FROM channel') >= CHANNELS_MAX) return { kind: 'full' };
      this.#run(
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
    return this.#statement(sql)
      .all(after ?? '', limit)
      .map(readChannelRow);
  }

  async changeChannel(channelId: ChannelId, change: ChannelChange, nowMs: number): Promise<Channel | undefined> {
    return this.#atomically(() => {
      const channel = this.#channel(channelId);
      if (channel === undefined) return undefined;
      const changed = { ...channel, ...changeSettings(channel, change), updatedAtMs: nowMs };
      const sql = 'UPDATE channel SET settings_json = ?, updated_at_ms = ? WHERE channel_id = ?';
      this.#run(sql, settingsJson(changed), nowMs, channelId);
      return changed;
    });
  }

  async deleteChannel(channelId: ChannelId): Promise<void> {
    this.#run('DELETE FROM channel WHERE channel_id = ?', channelId);
  }

  async createStreamKey(streamKey: StreamKey, hash: StreamKeyHash): Promise<StreamKeyCreated> {
    return this.#atomically(() => {
      if (this.#channel(streamKey.channelId) === undefined) return 'no-such-channel';
      const sql = 'SELECT count(*) AS count FROM stream_key WHERE channel_id = ?';
      if (this.#count(sql, streamKey.channelId) >= STREAM_KEYS_PER_CHANNEL_MAX) return 'full';
      this.#insertStreamKey(streamKey, hash);
      return 'created';
    });
  }

  async streamKeys(channelId: ChannelId): Promise<StreamKey[]> {
    const sql = 'SELECT * FROM stream_key WHERE channel_id = ? ORDER BY created_at_ms, key_id';
    return this.#statement(sql).all(channelId).map(readStreamKeyRow);
  }

  async changeStreamKey(
    channelId: ChannelId,
    keyId: StreamKeyId,
    change: StreamKeyChange,
  ): Promise<StreamKey | undefined> {
    return this.#atomically(() => {
      const streamKey = this.#streamKey(channelId, keyId);
      if (streamKey === undefined) return undefined;
      const label = change.label ?? streamKey.label;
      const isDisabled = change.isDisabled ?? streamKey.isDisabled;
      const sql = 'UPDATE stream_key SET label = ?, is_disabled = ? WHERE channel_id = ? AND key_id = ?';
      this.#run(sql, label, Number(isDisabled), channelId, keyId);
      return { ...streamKey, label, isDisabled };
    });
  }

  async deleteStreamKey(channelId: ChannelId, keyId: StreamKeyId): Promise<void> {
    this.#run('DELETE FROM stream_key WHERE channel_id = ? AND key_id = ?', channelId, keyId);
  }

  async putStreamKey(streamKey: StreamKey, hash: StreamKeyHash): Promise<void> {
    this.#atomically(() => {
      this.#run('DELETE FROM stream_key WHERE channel_id = ? AND key_id = ?', streamKey.channelId, streamKey.keyId);
      this.#insertStreamKey(streamKey, hash);
    });
  }

  async findByStreamKey(hash: StreamKeyHash): Promise<KeyedChannel | undefined> {
    return this.#keyed(this.#statement('SELECT * FROM stream_key WHERE key_hash = ?').get(hash));
  }

  async findByStreamKeyId(channelId: ChannelId, keyId: StreamKeyId): Promise<KeyedChannel | undefined> {
    return this.#keyed(this.#streamKeyRow(channelId, keyId));
  }

  async signingKey(make: () => Promise<SigningKey>): Promise<SigningKey> {
    const kept = this.#signingKey();
    if (kept !== undefined) return kept;
    const made = await make();
    return this.#atomically(() => {
      // Another process may have been first; all must sign with the same key.
      const first = this.#signingKey();
      if (first !== undefined) return first;
      const sql = 'INSERT INTO signing_key (key_id, key_json) VALUES (?, ?)';
      this.#run(sql, made.publicJwk.kid, JSON.stringify(made));
      return made;
    });
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #channel(channelId: ChannelId): Channel | undefined {
    const row = this.#statement('SELECT * FROM channel WHERE channel_id = ?').get(channelId);
    return row === undefined ? undefined : readChannelRow(row);
  }

  #streamKeyRow(channelId: ChannelId, keyId: StreamKeyId): unknown {
    return this.#statement('SELECT * FROM stream_key WHERE channel_id = ? AND key_id = ?').get(channelId, keyId);
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
    const row = this.#statement('SELECT key_json FROM signing_key LIMIT 1').get();
    return row === undefined ? undefined : SigningKey.parse(JSON.parse(String(row.key_json)));
  }

  #insertStreamKey(streamKey: StreamKey, hash: StreamKeyHash): void {
    this.#run(
      `INSERT INTO stream_key (channel_id, key_id, key_hash, label, is_disabled, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
      streamKey.channelId,
      streamKey.keyId,
      hash,
      streamKey.label,
      Number(streamKey.isDisabled),
      streamKey.createdAtMs,
    );
  }

  #count(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).get(...values)?.count);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  /** Each text is compiled once; there are as many as stand in this file. */
  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  #atomically<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const done = work();
      this.#database.exec('COMMIT');
      return done;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}
