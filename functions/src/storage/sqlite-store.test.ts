import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newChannel } from '../channels/channel.ts';
import { makeSigningKey } from '../ingest/signing-key.ts';
import { hashStreamKey, type StreamKey, StreamKeyId } from '../stream-keys/stream-key.ts';
import { CHANNELS_MAX } from './control-store.ts';
import { SchemaTooNewError } from './sqlite-schema.ts';
import { SqliteStore } from './sqlite-store.ts';

const channelId = ChannelId.parse('one');
const keyId = StreamKeyId.parse('key1');
const streamKey: StreamKey = { channelId, keyId, label: '', role: 'primary', isDisabled: false, createdAtMs: 1 };

let directory: string;
let path: string;
let store: SqliteStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-store-'));
  path = join(directory, 'control.sqlite');
  store = new SqliteStore(path);
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

function reopen(): void {
  store.close();
  store = new SqliteStore(path);
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
    const channel = newChannel({ channelId, profile: 'economy' }, 7);
    await store.createChannel(channel);
    await store.createStreamKey(streamKey, hashStreamKey('secret'));
    await store.kickChannel(channelId, 9);
    reopen();
    const keyed = { channel: { ...channel, kickedAtMs: 9 }, streamKey };
    expect(await store.findByStreamKey(hashStreamKey('secret'))).toEqual(keyed);
    expect(await store.findByStreamKeyId(channelId, keyId)).toEqual(keyed);
    expect(await store.findByStreamKeyIds([{ channelId, keyId }])).toEqual([keyed]);
    expect(await store.findByStreamKey(hashStreamKey('other'))).toBeUndefined();
  });

  it('keeps the signing key, so that grants outlive a restart', async () => {
    const first = await store.signingKey(makeSigningKey);
    reopen();
    const again = await store.signingKey(() => Promise.reject(new Error('a second key was asked for')));
    expect(again).toEqual(first);
  });

  it('has one signing key, also when two processes make one at the same time', async () => {
    const other = new SqliteStore(path);
    const [one, two] = await Promise.all([store.signingKey(makeSigningKey), other.signingKey(makeSigningKey)]);
    other.close();
    expect(one).toEqual(two);
  });

  it('can be read by its owner only', () => {
    const modes = ['', '-wal', '-shm'].map((end) => statSync(path + end).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  it('is written ahead, so that readers do not stop writers', () => {
    expect(inFile((database) => database.prepare('PRAGMA journal_mode').get()?.journal_mode)).toBe('wal');
  });

  it('of the version before kicks, roles and events is brought up to date, and keeps what it holds', async () => {
    await store.createChannel(newChannel({ channelId }, 7));
    await store.createStreamKey(streamKey, hashStreamKey('secret'));
    store.close();
    inFile((database) =>
      database.exec(`
        DROP TABLE ingest_event;
        DROP TABLE playback_key;
        DROP TABLE playback_revocation;
        ALTER TABLE channel DROP COLUMN kicked_at_ms;
        ALTER TABLE stream_key DROP COLUMN role;
        PRAGMA user_version = 1;`),
    );
    store = new SqliteStore(path);
    const channel = newChannel({ channelId }, 7);
    expect(await store.findByStreamKey(hashStreamKey('secret'))).toEqual({ channel, streamKey });
  });

  it('is refused when a newer version wrote it, and left as it is', () => {
    store.close();
    inFile((database) => database.exec('PRAGMA user_version = 1000'));
    expect(() => new SqliteStore(path)).toThrow(SchemaTooNewError);
    expect(inFile((database) => database.prepare('PRAGMA user_version').get()?.user_version)).toBe(1_000);
  });

  it('is refused when it is no database', () => {
    const other = join(directory, 'other');
    writeFileSync(other, 'not a database at all, but a text of some length');
    expect(() => new SqliteStore(other)).toThrow(/not a database/);
  });
});

describe('a channel', () => {
  it('takes its keys with it', async () => {
    await store.createChannel(newChannel({ channelId }, 1));
    await store.createStreamKey(streamKey, hashStreamKey('secret'));
    await store.deleteChannel(channelId);
    expect(await store.findByStreamKey(hashStreamKey('secret'))).toBeUndefined();
    expect(inFile((database) => database.prepare('SELECT count(*) AS count FROM stream_key').get()?.count)).toBe(0);
  });

  it('that was stored before a setting existed has that setting’s default', async () => {
    await store.createChannel(newChannel({ channelId, dvrWindowS: 60 }, 1));
    inFile((database) => database.exec(`UPDATE channel SET settings_json = '{"dvrWindowS":60}'`));
    expect(await store.channel(channelId)).toEqual(newChannel({ channelId, dvrWindowS: 60 }, 1));
  });

  it('finds no room when there are as many as there may be', async () => {
    inFile((database) => {
      database.exec('BEGIN');
      const insert = database.prepare("INSERT INTO channel VALUES (?, '{}', 1, 1, 0)");
      for (let index = 1; index < CHANNELS_MAX; index += 1) insert.run(`c${index}`);
      database.exec('COMMIT');
    });
    expect(await store.createChannel(newChannel({ channelId }, 1))).toEqual({ kind: 'created' });
    const another = newChannel({ channelId: ChannelId.parse('two') }, 1);
    expect(await store.createChannel(another)).toEqual({ kind: 'full' });
  });
});

describe('a stream key', () => {
  beforeEach(() => store.createChannel(newChannel({ channelId }, 1)));

  it('opens one channel: the same key cannot be stored twice, and a failed write leaves nothing behind', async () => {
    await store.createStreamKey(streamKey, hashStreamKey('secret'));
    const other = { ...streamKey, keyId: StreamKeyId.parse('key2') };
    await expect(store.createStreamKey(other, hashStreamKey('secret'))).rejects.toThrow(/UNIQUE/);
    await expect(store.putStreamKey(other, hashStreamKey('secret'))).rejects.toThrow(/UNIQUE/);
    expect(await store.streamKeys(channelId)).toEqual([streamKey]);
  });

  it('is replaced whole', async () => {
    await store.putStreamKey(streamKey, hashStreamKey('old'));
    await store.putStreamKey({ ...streamKey, label: 'new' }, hashStreamKey('new'));
    expect(await store.findByStreamKey(hashStreamKey('old'))).toBeUndefined();
    expect(await store.streamKeys(channelId)).toEqual([{ ...streamKey, label: 'new' }]);
  });

  it('is found among many by its channel and its id together', async () => {
    const two = ChannelId.parse('two');
    const other: StreamKey = { ...streamKey, channelId: two, keyId: StreamKeyId.parse('key2'), role: 'backup' };
    await store.createChannel(newChannel({ channelId: two }, 1));
    await store.createStreamKey(streamKey, hashStreamKey('one'));
    await store.createStreamKey(other, hashStreamKey('two'));
    const crossed = [
      { channelId, keyId: other.keyId },
      { channelId: two, keyId },
    ];
    expect(await store.findByStreamKeyIds([])).toEqual([]);
    expect(await store.findByStreamKeyIds(crossed)).toEqual([]);
    const found = await store.findByStreamKeyIds([...crossed, streamKey, other]);
    expect(found.map((keyed) => [keyed.channel.channelId, keyed.streamKey])).toEqual([
      ['one', streamKey],
      ['two', other],
    ]);
  });
});
