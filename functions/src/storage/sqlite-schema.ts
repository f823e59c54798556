import type { DatabaseSync } from 'node:sqlite';

/**
 * What brings a database from version i to i + 1. A step that was released is never edited: databases exist that have
 * taken it.
 */
export const SCHEMA_STEPS: readonly string[] = [
  `
  CREATE TABLE channel (
    channel_id TEXT PRIMARY KEY,
    settings_json TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE stream_key (
    channel_id TEXT NOT NULL REFERENCES channel ON DELETE CASCADE,
    key_id TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    is_disabled INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (channel_id, key_id)
  ) STRICT, WITHOUT ROWID;

  -- Secret. One row: the key that grants are signed with.
  CREATE TABLE signing_key (
    key_id TEXT PRIMARY KEY,
    key_json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE channel ADD COLUMN kicked_at_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE stream_key ADD COLUMN role TEXT NOT NULL DEFAULT 'primary';

  CREATE TABLE ingest_event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id TEXT NOT NULL REFERENCES channel ON DELETE CASCADE,
    event_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    is_figures INTEGER NOT NULL,
    event_json TEXT NOT NULL,
    UNIQUE (channel_id, event_id)
  ) STRICT;
  CREATE INDEX ingest_event_by_channel ON ingest_event (channel_id, sequence);
  `,
  `
  -- Secret. The newest one signs playback tokens.
  CREATE TABLE playback_key (
    kid TEXT PRIMARY KEY,
    key_json TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Of channels that were deleted too: a new channel of that name must not be opened by old tokens. Neither id has a
  -- value that could be '', which stands for "not named".
  CREATE TABLE playback_revocation (
    channel_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    subject TEXT NOT NULL,
    issued_before_ms INTEGER NOT NULL,
    is_told INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel_id, jti, subject)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX playback_revocation_untold ON playback_revocation (channel_id) WHERE is_told = 0;
  `,
  // One table of items, as in the cloud (docs/adr/0037-one-table-of-items.md). What the tables before it held moves.
  `
  CREATE TABLE item (
    partition TEXT NOT NULL,
    sort TEXT NOT NULL,
    -- Secrets are among them.
    body_json TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (partition, sort)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX item_by_expiry ON item (expires_at_ms);

  INSERT INTO item
  SELECT 'channel#' || channel_id, 'channel', json_object(
      'channelId', channel_id,
      'tenantId', 'default',
      'settings', json(settings_json),
      'streamKeys', (
        SELECT json_group_array(json_object(
          'keyId', key_id, 'hash', key_hash, 'label', label, 'role', role,
          'isDisabled', json(iif(is_disabled, 'true', 'false')),
          'createdAtMs', stream_key.created_at_ms, 'issuedAtMs', stream_key.created_at_ms))
        FROM stream_key WHERE stream_key.channel_id = channel.channel_id),
      'createdAtMs', created_at_ms,
      'updatedAtMs', updated_at_ms,
      'kickedAtMs', kicked_at_ms
    ), 9007199254740991, 1 FROM channel;
  INSERT INTO item SELECT 'tenant#default', 'channel#' || channel_id, '{}', 9007199254740991, 1 FROM channel;
  INSERT INTO item
  SELECT 'stream-key#' || key_hash, 'pointer', json_object('channelId', channel_id, 'keyId', key_id),
    9007199254740991, 1 FROM stream_key;
  INSERT INTO item SELECT 'keys', 'grant-key', key_json, 9007199254740991, 1 FROM signing_key LIMIT 1;
  INSERT INTO item
  SELECT 'keys', 'playback-keys', json_object('keys', json_group_array(json_object(
    'signingKey', json(key_json), 'createdAtMs', created_at_ms))), 9007199254740991, 1
  FROM (SELECT * FROM playback_key ORDER BY created_at_ms DESC) HAVING count(*) > 0;
  INSERT INTO item
  SELECT 'revocations#' || channel_id, 'jti=' || jti || '&subject=' || subject, json_object(
    'issuedBeforeMs', issued_before_ms, 'jti', nullif(jti, ''), 'subject', nullif(subject, ''),
    'isTold', json(iif(is_told, 'true', 'false'))), issued_before_ms + 604800000, 1 FROM playback_revocation;
  INSERT OR IGNORE INTO item
  SELECT 'jobs', '000000000000000#revocations#' || channel_id,
    json_object('kind', 'revocations', 'name', channel_id, 'claimedUntilMs', 0), 9007199254740991, 1
  FROM playback_revocation WHERE is_told = 0;

  -- What had happened before is not carried over: it is kept for days, and says nothing about what is.
  DROP TABLE ingest_event;
  DROP TABLE stream_key;
  DROP TABLE channel;
  DROP TABLE signing_key;
  DROP TABLE playback_key;
  DROP TABLE playback_revocation;
  `,
];

/** The database was written by a newer version of Sluice; an older one would not understand it. */
export class SchemaTooNewError extends Error {
  override readonly name = 'SchemaTooNewError';

  constructor(version: number) {
    super(`the control database has version ${version}, this program knows up to ${SCHEMA_STEPS.length}`);
  }
}

/** Brings a database to the newest version, a new one too. Throws SchemaTooNewError. */
export function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    if (version > SCHEMA_STEPS.length) throw new SchemaTooNewError(version);
    for (const step of SCHEMA_STEPS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${SCHEMA_STEPS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
