import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newChannel } from '../channels/channel.ts';
import { Channels } from '../channels/channels.ts';
import { grantKey } from '../ingest/grant-key.ts';
import { makeSigningKey } from '../ingest/signing-key.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { PlaybackStore } from '../playback/playback-store.ts';
import { hashStreamKey } from '../stream-keys/stream-key.ts';
import { DEFAULT_TENANT_ID } from '../tenants/tenant.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SCHEMA_STEPS, SchemaTooNewError } from './sqlite-schema.ts';
import { SqliteTable } from './sqlite-table.ts';

const channelId = ChannelId.parse('one');
const nowMs = Date.UTC(2026, 10, 1);

let directory: string;
let path: string;
let table: SqliteTable;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-store-'));
  path = join(directory, 'control.sqlite');
  table = open();
});
afterEach(() => {
  table.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(): SqliteTable {
  return new SqliteTable(new SqliteDatabase(path), () => nowMs);
}

/** Looks into the file without the store. */
function inFile<T>(look: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return look(database);
  } finally {
    database.close();
  }
}

describe('the file', () => {
  it('keeps everything over a restart', async () => {
    await table.put({ partition: 'p', sort: 's', body: { is: 'kept' } });
    table.close();
    table = open();
    expect(await table.get({ partition: 'p', sort: 's' })).toMatchObject({ body: { is: 'kept' }, version: 1 });
  });

  it('has one key of grants, also when two processes make one at the same time', async () => {
    const other = open();
    const [one, two] = await Promise.all([grantKey(table, makeSigningKey), grantKey(other, makeSigningKey)]);
    other.close();
    expect(one).toEqual(two);
    table.close();
    table = open();
    const again = await grantKey(table, () => Promise.reject(new Error('another key was asked for')));
    expect(again).toEqual(one);
  });

  it('can be read by its owner only', () => {
    const modes = ['', '-wal', '-shm'].map((end) => statSync(path + end).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  it('is written ahead, so that readers do not stop writers', () => {
    expect(inFile((database) => database.prepare('PRAGMA journal_mode').get()?.journal_mode)).toBe('wal');
  });

  it('does not grow by what has expired', async () => {
    let now = nowMs;
    const clocked = new SqliteTable(new SqliteDatabase(path), () => now);
    await clocked.put({ partition: 'p', sort: 'old', body: 1, expiresAtMs: now + 1 });
    now += 120_000;
    await clocked.put({ partition: 'p', sort: 'new', body: 1 });
    clocked.close();
    expect(inFile((database) => database.prepare('SELECT sort FROM item').all())).toMatchObject([{ sort: 'new' }]);
  });

  it('is refused when a newer version wrote it, and left as it is', () => {
    table.close();
    inFile((database) => database.exec('PRAGMA user_version = 1000'));
    expect(open).toThrow(SchemaTooNewError);
    expect(inFile((database) => database.prepare('PRAGMA user_version').get()?.user_version)).toBe(1_000);
  });

  it('is refused when it is no database', () => {
    const other = join(directory, 'other');
    writeFileSync(other, 'not a database at all, but a text of some length');
    expect(() => new SqliteDatabase(other)).toThrow(/not a database/);
  });
});

describe('a file of a version before', () => {
  /** With rows as that version wrote them. */
  function rewrite(version: number, rows: string): void {
    table.close();
    rmSync(path);
    inFile((database) => {
      for (const step of SCHEMA_STEPS.slice(0, version)) database.exec(step);
      database.exec(`${rows}; PRAGMA user_version = ${version}`);
    });
    table = open();
  }
  const KEY = `
    INSERT INTO channel (channel_id, settings_json, created_at_ms, updated_at_ms) VALUES ('one', '{"dvrWindowS":60}', 7, 8);
    INSERT INTO stream_key (channel_id, key_id, key_hash, label, is_disabled, created_at_ms)
      VALUES ('one', 'key1', '${hashStreamKey('secret')}', 'the studio', 1, 9)`;

  it('is brought up to date, and keeps channels and keys; a setting that it did not know has its default', async () => {
    rewrite(1, KEY);
    const found = await new Channels(table).findByStreamKey(hashStreamKey('secret'));
    const { streamKeys: _, ...channel } = newChannel({ channelId, dvrWindowS: 60 }, 7);
    expect(found?.channel).toMatchObject({ ...channel, updatedAtMs: 8 });
    expect(found?.streamKey).toEqual({
      channelId: 'one',
      keyId: 'key1',
      label: 'the studio',
      role: 'primary',
      isDisabled: true,
      createdAtMs: 9,
      issuedAtMs: 9,
    });
    expect(await new Channels(table).page({ tenantId: DEFAULT_TENANT_ID, limit: 9 })).toHaveLength(1);
  });

  it('keeps the keys that it signed with, and what was revoked', async () => {
    const [grants, playback] = [await makeSigningKey(), await makeSigningKey()];
    rewrite(
      3,
      `INSERT INTO signing_key VALUES ('${grants.publicJwk.kid}', '${JSON.stringify(grants)}');
       INSERT INTO playback_key VALUES ('${playback.publicJwk.kid}', '${JSON.stringify(playback)}', 5);
       INSERT INTO playback_revocation VALUES ('one', 'token-1', '', ${nowMs}, 0);
       INSERT INTO playback_revocation VALUES ('one', '', 'someone', ${nowMs + 1}, 1)`,
    );
    const never = () => Promise.reject(new Error('another key was asked for'));
    expect(await grantKey(table, never)).toEqual(grants);
    const store = new PlaybackStore(table);
    expect(await store.playbackKeys(never)).toEqual([{ signingKey: playback, createdAtMs: 5 }]);
    expect(await store.playbackRevocations(channelId)).toEqual([
      { issuedBeforeMs: nowMs, jti: 'token-1' },
      { issuedBeforeMs: nowMs + 1, subject: 'someone' },
    ]);
    expect(await new JobQueue(table).claim(9, nowMs)).toMatchObject([{ kind: 'revocations', name: 'one' }]);
    expect(await store.untoldRevocations(channelId)).toEqual([{ issuedBeforeMs: nowMs, jti: 'token-1' }]);
  });

  it('that held nothing has nothing', async () => {
    rewrite(3, 'SELECT 1');
    expect(await new Channels(table).page({ tenantId: DEFAULT_TENANT_ID, limit: 9 })).toEqual([]);
    const made = await makeSigningKey();
    expect(await grantKey(table, async () => made)).toEqual(made);
    const key = { signingKey: made, createdAtMs: 1 };
    expect(await new PlaybackStore(table).playbackKeys(async () => key)).toEqual([key]);
  });
});
