import { ChannelId } from '@sluice/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOnBothTables } from '../storage/both-tables.ts';
import type { Table, Written } from '../storage/table.ts';
import { hashStreamKey, type StoredStreamKey, StreamKeyId } from '../stream-keys/stream-key.ts';
import { DEFAULT_TENANT_ID, TenantId } from '../tenants/tenant.ts';
import { newChannel } from './channel.ts';
import { Channels, STREAM_KEYS_PER_CHANNEL_MAX } from './channels.ts';

const channelId = ChannelId.parse('one');
const otherTenant = TenantId.parse('others');
const channel = newChannel({ channelId, dvrWindowS: 60 }, 7);

function key(text: string, keyId = 'key1'): StoredStreamKey {
  const id = StreamKeyId.parse(keyId);
  const hash = hashStreamKey(text);
  return { keyId: id, hash, label: '', role: 'primary', isDisabled: false, createdAtMs: 1, issuedAtMs: 1 };
}

/** As a process that is killed before one of its writes. */
function dyingAt(table: Table, write: number): Table {
  let writes = 0;
  const next = () => {
    writes += 1;
    if (writes >= write) throw new Error('killed');
  };
  return {
    get: (itemKey) => table.get(itemKey),
    getMany: (keys) => table.getMany(keys),
    query: (query) => table.query(query),
    put: async (item, condition): Promise<Written> => {
      next();
      return await table.put(item, condition);
    },
    remove: async (itemKey, condition) => {
      next();
      return await table.remove(itemKey, condition);
    },
    close: () => table.close(),
  };
}

describeOnBothTables('channels', (fresh) => {
  let channels: Channels;
  beforeEach(() => {
    channels = new Channels(fresh.table);
  });
  const idsOf = async (tenantId: TenantId) =>
    (await channels.page({ tenantId, limit: 10 })).map(({ value }) => value.channelId);

  describe('a channel', () => {
    it('is made once, whoever asks', async () => {
      expect(await channels.create(channel)).toEqual({ kind: 'created', version: 1 });
      const kept = { value: channel, version: 1 };
      expect(await channels.create(channel)).toEqual({ kind: 'exists', kept });
      expect(await channels.create({ ...channel, tenantId: otherTenant })).toEqual({ kind: 'exists', kept });
      expect(await channels.get(channelId)).toEqual(kept);
      expect([await idsOf(DEFAULT_TENANT_ID), await idsOf(otherTenant)]).toEqual([['one'], []]);
    });

    it('of several who ask at once is the first one’s', async () => {
      const tenants = ['t-a', 't-b', 't-c', 't-d'].map((text) => TenantId.parse(text));
      const outcomes = await Promise.all(tenants.map((tenantId) => channels.create({ ...channel, tenantId })));
      expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(1);
      const owner = (await channels.get(channelId))?.value.tenantId;
      expect(tenants[outcomes.findIndex(({ kind }) => kind === 'created')]).toBe(owner);
      for (const tenantId of tenants) expect(await idsOf(tenantId)).toEqual(tenantId === owner ? ['one'] : []);
    });

    it('is listed with its tenant’s, in order, page by page', async () => {
      for (const id of ['c3', 'c1', 'c2', 'c10']) {
        await channels.create(newChannel({ channelId: ChannelId.parse(id) }, 1));
      }
      await channels.create(newChannel({ channelId: ChannelId.parse('c4') }, 1, otherTenant));
      expect(await idsOf(DEFAULT_TENANT_ID)).toEqual(['c1', 'c10', 'c2', 'c3']);
      const after = ChannelId.parse('c10');
      const page = await channels.page({ tenantId: DEFAULT_TENANT_ID, limit: 1, after });
      expect(page.map(({ value }) => value.channelId)).toEqual(['c2']);
      expect(await idsOf(otherTenant)).toEqual(['c4']);
    });

    it('is changed at the version that was read, or not', async () => {
      await channels.create(channel);
      const changed = await channels.change(channelId, { dvrWindowS: 90 }, { nowMs: 8, version: 1 });
      expect(changed).toEqual({ value: { ...channel, dvrWindowS: 90, updatedAtMs: 8 }, version: 2 });
      expect(await channels.change(channelId, { dvrWindowS: 30 }, { nowMs: 9, version: 1 })).toBe('conflict');
      expect(await channels.change(ChannelId.parse('two'), {}, { nowMs: 9 })).toBeUndefined();
    });

    it('that several change at once has all of their changes', async () => {
      await channels.create(channel);
      const changes = [{ dvrWindowS: 99 }, { profile: 'ultra' }, { isPrivate: true }, { onDemand: true }] as const;
      await Promise.all(changes.map((change) => channels.change(channelId, change, { nowMs: 8 })));
      expect((await channels.get(channelId))?.value).toMatchObject(Object.assign({}, ...changes));
    });

    it('finds no room when its tenant has as many as there may be', async () => {
      const few = new Channels(fresh.table, { channelsMax: 2 });
      for (const id of ['c1', 'c2']) await few.create(newChannel({ channelId: ChannelId.parse(id) }, 1));
      expect(await few.create(channel)).toEqual({ kind: 'full' });
      expect(await few.create({ ...channel, tenantId: otherTenant })).toMatchObject({ kind: 'created' });
    });

    it('takes its keys with it', async () => {
      await channels.create(channel);
      await channels.createStreamKey(channelId, key('secret'));
      await channels.remove(channelId);
      await channels.remove(channelId);
      expect(await channels.findByStreamKey(hashStreamKey('secret'))).toBeUndefined();
      expect(await idsOf(DEFAULT_TENANT_ID)).toEqual([]);
      await channels.create(channel);
      expect((await channels.get(channelId))?.value.streamKeys).toEqual([]);
      expect(await channels.createStreamKey(channelId, key('secret'))).toBe('created');
    });
  });

  describe('a stream key', () => {
    const found = async (text: string) => (await channels.findByStreamKey(hashStreamKey(text)))?.streamKey.keyId;
    beforeEach(() => channels.create(channel));

    it('opens its channel, until it is deleted', async () => {
      expect(await channels.createStreamKey(channelId, key('secret'))).toBe('created');
      expect(await channels.createStreamKey(ChannelId.parse('two'), key('other'))).toBe('no-such-channel');
      expect([await found('secret'), await found('other')]).toEqual(['key1', undefined]);
      await channels.deleteStreamKey({ channelId, keyId: StreamKeyId.parse('key1') });
      await channels.deleteStreamKey({ channelId, keyId: StreamKeyId.parse('key1') });
      expect(await found('secret')).toBeUndefined();
    });

    it('opens one channel: the same key cannot be stored twice, and a failed write leaves nothing behind', async () => {
      await channels.createStreamKey(channelId, key('secret'));
      await expect(channels.createStreamKey(channelId, key('secret', 'key2'))).rejects.toThrow(/this hash/);
      await expect(channels.putStreamKey(channelId, key('secret', 'key2'))).rejects.toThrow(/this hash/);
      expect((await channels.get(channelId))?.value.streamKeys).toEqual([key('secret')]);
      expect(await found('secret')).toBe('key1');
    });

    it('is replaced whole', async () => {
      await channels.putStreamKey(channelId, key('old'));
      await channels.putStreamKey(channelId, { ...key('new'), label: 'new' });
      await channels.putStreamKey(channelId, { ...key('new'), label: 'newer' });
      expect([await found('old'), await found('new')]).toEqual([undefined, 'key1']);
      expect((await channels.get(channelId))?.value.streamKeys).toEqual([{ ...key('new'), label: 'newer' }]);
    });

    it('that is rotated is another one under the same id', async () => {
      await channels.createStreamKey(channelId, key('old'));
      const made = { hash: hashStreamKey('new'), issuedAtMs: 5 };
      const name = { channelId, keyId: StreamKeyId.parse('key1') };
      expect(await channels.rotateStreamKey(name, made)).toEqual({ ...key('old'), ...made });
      expect([await found('old'), await found('new')]).toEqual([undefined, 'key1']);
      const gone = { channelId, keyId: StreamKeyId.parse('key2') };
      expect(await channels.rotateStreamKey(gone, { hash: hashStreamKey('x'), issuedAtMs: 5 })).toBeUndefined();
      expect(await found('x')).toBeUndefined();
    });

    it('finds no room when the channel has as many as there may be', async () => {
      for (let index = 0; index < STREAM_KEYS_PER_CHANNEL_MAX; index += 1) {
        await channels.createStreamKey(channelId, key(`k${index}`, `key${index}`));
      }
      expect(await channels.createStreamKey(channelId, key('one more', 'more'))).toBe('full');
      expect(await found('one more')).toBeUndefined();
    });

    it('is found among many by its channel and its id together', async () => {
      const two = ChannelId.parse('two');
      await channels.create(newChannel({ channelId: two }, 1));
      await channels.createStreamKey(channelId, key('one', 'key1'));
      await channels.createStreamKey(two, key('two', 'key2'));
      const name = (id: ChannelId, keyId: string) => ({ channelId: id, keyId: StreamKeyId.parse(keyId) });
      const crossed = [name(channelId, 'key2'), name(two, 'key1')];
      expect(await channels.findByStreamKeyIds([])).toEqual([]);
      expect(await channels.findByStreamKeyIds(crossed)).toEqual([]);
      const both = [...crossed, name(channelId, 'key1'), name(two, 'key2'), name(two, 'key2')];
      const keyed = await channels.findByStreamKeyIds(both);
      expect(keyed.map(({ streamKey }) => `${streamKey.channelId} ${streamKey.keyId}`).sort()).toEqual([
        'one key1',
        'two key2',
      ]);
    });
  });

  describe('a process that is killed between two writes', () => {
    it('leaves a channel made or not made, and the same request makes it', async () => {
      for (let write = 1; write <= 2; write += 1) {
        await expect(new Channels(dyingAt(fresh.table, write)).create(channel)).rejects.toThrow('killed');
        expect(await channels.get(channelId)).toBeUndefined();
        expect(await idsOf(DEFAULT_TENANT_ID)).toEqual([]);
      }
      expect(await channels.create(channel)).toMatchObject({ kind: 'created' });
    });

    it('leaves one key or the other, and never both or none', async () => {
      await channels.create(channel);
      await channels.createStreamKey(channelId, key('old'));
      for (let write = 1; write <= 3; write += 1) {
        const dying = new Channels(dyingAt(fresh.table, write));
        const made = { hash: hashStreamKey(`new ${write}`), issuedAtMs: 5 };
        const before = (await channels.get(channelId))?.value.streamKeys[0]?.hash;
        await expect(dying.rotateStreamKey({ channelId, keyId: StreamKeyId.parse('key1') }, made)).rejects.toThrow(
          'killed',
        );
        const { hash } = (await channels.get(channelId))?.value.streamKeys[0] ?? {};
        expect([before, made.hash]).toContain(hash);
        for (const each of [before, made.hash]) {
          if (each === undefined) throw new Error('there is a key');
          expect((await channels.findByStreamKey(each)) !== undefined).toBe(each === hash);
        }
      }
    });

    it('leaves a channel that can be removed again', async () => {
      await channels.create(channel);
      await channels.createStreamKey(channelId, key('secret'));
      for (let write = 1; write <= 3; write += 1) {
        await expect(new Channels(dyingAt(fresh.table, write)).remove(channelId)).rejects.toThrow('killed');
        await channels.remove(channelId);
        expect(await channels.findByStreamKey(hashStreamKey('secret'))).toBeUndefined();
        expect(await idsOf(DEFAULT_TENANT_ID)).toEqual([]);
        await channels.create(channel);
        await channels.createStreamKey(channelId, key('secret'));
      }
    });
  });
});
