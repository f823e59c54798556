import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newChannel } from '../channels/channel.ts';
import { makeSigningKey } from '../ingest/signing-key.ts';
import { hashStreamKey, StreamKeyId } from '../stream-keys/stream-key.ts';
import { CHANNELS_MAX } from './control-store.ts';
import { SchemaTooNewError } from './sqlite-schema.ts';
import { SqliteStore } from './sqlite-store.ts';

const channelId = ChannelId.parse('one');
const keyId = StreamKeyId.parse('key1');
const streamKey = { channelId, keyId, label: '', isDisabled: false, createdAtMs: 1 };

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
    reopen();
    expect(await store.findByStreamKey(hashStreamKey('secret'))).toEqual({ channel, streamKey });
    expect(await store.findByStreamKeyId(channelId, keyId)).toEqual({ channel, streamKey });
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
      const insert = database.prepare("INSERT INTO channel VALUES (?, '{}', 1, 1)");
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
});
