import type { DatabaseSync } from 'node:sqlite';

/**
 * What brings a database from version i to i + 1. A step that was released is never edited: databases exist that have
 * taken it.
 */
const STEPS: readonly string[] = [
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
];

/** The database was written by a newer version of Sluice; an older one would not understand it. */
export class SchemaTooNewError extends Error {
  override readonly name = 'SchemaTooNewError';

  constructor(version: number) {
    super(`the control database has version ${version}, this program knows up to ${STEPS.length}`);
  }
}

/** Brings a database to the newest version, a new one too. Throws SchemaTooNewError. */
export function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    if (version > STEPS.length) throw new SchemaTooNewError(version);
    for (const step of STEPS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${STEPS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
