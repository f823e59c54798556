import {
  ChannelId,
  PLAYBACK_KEYS_MAX,
  PLAYBACK_REVOCATIONS_MAX,
  PLAYBACK_TOKEN_LIFETIME_S,
  PlaybackRevocation,
} from '@sluice/contracts';
import { SigningKey } from '../ingest/signing-key.ts';
import type { PlaybackKey } from '../playback/playback-key.ts';
import type { PlaybackStore } from './playback-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

const KEYS = 'SELECT key_json, created_at_ms FROM playback_key ORDER BY created_at_ms DESC, kid';
const INSERT_KEY = 'INSERT INTO playback_key (kid, key_json, created_at_ms) VALUES (?, ?, ?)';
/** A later one that is less is no news; one that is more has to be told again. */
const REVOKE = `
  INSERT INTO playback_revocation (channel_id, jti, subject, issued_before_ms) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET issued_before_ms = excluded.issued_before_ms, is_told = 0
  WHERE excluded.issued_before_ms > issued_before_ms`;
const COVERED = "channel_id = ? AND issued_before_ms <= ? AND (jti <> '' OR subject <> '')";
const TOLD =
  'UPDATE playback_revocation SET is_told = 1 WHERE channel_id = ? AND jti = ? AND subject = ? AND issued_before_ms = ?';
const UNTOLD_CHANNELS =
  'SELECT channel_id FROM playback_revocation WHERE is_told = 0 GROUP BY channel_id ORDER BY random() LIMIT ?';

/** Keys and revocations in the control API's SQLite file. */
export class SqlitePlayback implements PlaybackStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async playbackKeys(make: () => Promise<PlaybackKey>): Promise<PlaybackKey[]> {
    const kept = this.#keys();
    if (kept.length > 0) return kept;
    const made = await make();
    return this.#database.atomically(() => {
      // Another process may have been first.
      if (this.#keys().length === 0) this.#insertKey(made);
      return this.#keys();
    });
  }

  async addPlaybackKey(
    key: PlaybackKey,
    live: (newestFirst: PlaybackKey[]) => PlaybackKey[],
  ): Promise<'added' | 'full'> {
    return this.#database.atomically(() => {
      const before = this.#keys();
      const kept = live(before);
      if (kept.length >= PLAYBACK_KEYS_MAX) return 'full';
      for (const old of before) if (!kept.includes(old)) this.#deleteKey(old.signingKey.publicJwk.kid);
      // Two within a millisecond: the order of keys is that of their times.
      const createdAtMs = Math.max(key.createdAtMs, (kept[0]?.createdAtMs ?? 0) + 1);
      this.#insertKey({ ...key, createdAtMs });
      return 'added';
    });
  }

  async removePlaybackKey(
    kid: string,
    signer: (newestFirst: PlaybackKey[]) => PlaybackKey | undefined,
  ): Promise<'removed' | 'no-such-key' | 'signs'> {
    return this.#database.atomically(() => {
      if (signer(this.#keys())?.signingKey.publicJwk.kid === kid) return 'signs';
      return this.#deleteKey(kid) > 0 ? 'removed' : 'no-such-key';
    });
  }

  async revokePlayback(
    channelId: ChannelId,
    { issuedBeforeMs, jti = '', subject = '' }: PlaybackRevocation,
    nowMs: number,
  ): Promise<'revoked' | 'full'> {
    return this.#database.atomically(() => {
      this.#database.run('DELETE FROM playback_revocation WHERE issued_before_ms <= ?', nowMs - LIFETIME_MS);
      const isForAll = jti === '' && subject === '';
      if (isForAll) this.#database.run(`DELETE FROM playback_revocation WHERE ${COVERED}`, channelId, issuedBeforeMs);
      const count = this.#database.count(
        'SELECT count(*) AS count FROM playback_revocation WHERE channel_id = ? AND NOT (jti = ? AND subject = ?)',
        channelId,
        jti,
        subject,
      );
      if (count >= PLAYBACK_REVOCATIONS_MAX) return 'full';
      this.#database.run(REVOKE, channelId, jti, subject, issuedBeforeMs);
      return 'revoked';
    });
  }

  async playbackRevocations(channelId: ChannelId, nowMs: number): Promise<PlaybackRevocation[]> {
    return this.#revocations('channel_id = ? AND issued_before_ms > ?', channelId, nowMs - LIFETIME_MS);
  }

  async untoldRevocations(channelId: ChannelId): Promise<PlaybackRevocation[]> {
    return this.#revocations('channel_id = ? AND is_told = 0', channelId);
  }

  async channelsWithUntoldRevocations(limit: number): Promise<ChannelId[]> {
    return this.#database
      .statement(UNTOLD_CHANNELS)
      .all(limit)
      .map((row) => ChannelId.parse(row.channel_id));
  }

  async markRevocationsTold(channelId: ChannelId, revocations: readonly PlaybackRevocation[]): Promise<void> {
    this.#database.atomically(() => {
      for (const { jti = '', subject = '', issuedBeforeMs } of revocations) {
        this.#database.run(TOLD, channelId, jti, subject, issuedBeforeMs);
      }
    });
  }

  #revocations(where: string, ...values: (string | number)[]): PlaybackRevocation[] {
    const sql = `SELECT jti, subject, issued_before_ms FROM playback_revocation WHERE ${where} ORDER BY issued_before_ms`;
    return this.#database
      .statement(sql)
      .all(...values)
      .map(readRevocationRow);
  }

  #keys(): PlaybackKey[] {
    return this.#database
      .statement(KEYS)
      .all()
      .map((row) => ({
        signingKey: SigningKey.parse(JSON.parse(String(row.key_json))),
        createdAtMs: Number(row.created_at_ms),
      }));
  }

  #insertKey({ signingKey, createdAtMs }: PlaybackKey): void {
    this.#database.run(INSERT_KEY, signingKey.publicJwk.kid, JSON.stringify(signingKey), createdAtMs);
  }

  #deleteKey(kid: string): number {
    return this.#database.run('DELETE FROM playback_key WHERE kid = ?', kid);
  }
}

const LIFETIME_MS = PLAYBACK_TOKEN_LIFETIME_S.max * 1_000;

function readRevocationRow(row: Record<string, unknown>): PlaybackRevocation {
  const { jti, subject, issued_before_ms: issuedBeforeMs } = row;
  return PlaybackRevocation.parse({
    issuedBeforeMs,
    ...(jti !== '' && { jti }),
    ...(subject !== '' && { subject }),
  });
}
