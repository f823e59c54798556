import { describe, expect, it } from 'vitest';
import { describeOnBothTables } from './both-tables.ts';
import { ITEM_BYTES_MAX, ItemTooLargeError, type Table } from './table.ts';

describeOnBothTables('a table', (fresh) => {
  const table = () => fresh.table;
  const put = (partition: string, sort: string, body: unknown = {}) => table().put({ partition, sort, body });
  const sorts = async (query: Parameters<Table['query']>[0]) => (await table().query(query)).map(({ sort }) => sort);

  describe('an item', () => {
    it('is read as it was written, whatever JSON it is', async () => {
      const partition = 'test#1';
      const body = { text: 'Grüße, "🙂" \u0000', list: [1, 2.5, -0.125, null, true], nested: { empty: {}, none: [] } };
      await table().put({ partition, sort: 'a', body });
      expect(await table().get({ partition, sort: 'a' })).toEqual({ partition, sort: 'a', body, version: 1 });
      expect(await table().get({ partition, sort: 'b' })).toBeUndefined();
    });

    it('is replaced whole, and its version grows', async () => {
      const partition = 'test#1';
      expect(await put(partition, 'a', { one: 1 })).toBe(1);
      expect(await put(partition, 'a', { two: 2 })).toBe(2);
      expect(await table().get({ partition, sort: 'a' })).toMatchObject({ body: { two: 2 }, version: 2 });
    });

    it('is written under a condition or not at all', async () => {
      const item = { partition: 'test#1', sort: 'a' };
      expect(await table().put({ ...item, body: 1 }, 'present')).toBe('conflict');
      expect(await table().put({ ...item, body: 1 }, 1)).toBe('conflict');
      expect(await table().get(item)).toBeUndefined();
      expect(await table().put({ ...item, body: 1 }, 'absent')).toBe(1);
      expect(await table().put({ ...item, body: 2 }, 'absent')).toBe('conflict');
      expect(await table().put({ ...item, body: 2 }, 2)).toBe('conflict');
      expect(await table().put({ ...item, body: 2 }, 1)).toBe(2);
      expect(await table().put({ ...item, body: 3 }, 'present')).toBe(3);
      expect(await table().get(item)).toMatchObject({ body: 3, version: 3 });
    });

    it('of many that write it at once under the same condition is written by one', async () => {
      const item = { partition: 'test#1', sort: 'a' };
      const written = await Promise.all(
        Array.from({ length: 20 }, (_, body) => table().put({ ...item, body }, 'absent')),
      );
      expect(written.filter((outcome) => outcome !== 'conflict')).toEqual([1]);
      const winner = written.indexOf(1);
      expect(await table().get(item)).toMatchObject({ body: winner });
    });

    it('is removed, twice too, and not when it has become another', async () => {
      const item = { partition: 'test#1', sort: 'a' };
      await table().put({ ...item, body: 1 });
      await table().put({ ...item, body: 2 });
      expect(await table().remove(item, 1)).toBe(false);
      expect(await table().get(item)).toMatchObject({ body: 2 });
      expect(await table().remove(item, 2)).toBe(true);
      expect(await table().remove(item, 2)).toBe(true);
      expect(await table().remove(item)).toBe(true);
      expect(await table().get(item)).toBeUndefined();
    });

    it('is as if it were not there once it has expired', async () => {
      const item = { partition: 'test#1', sort: 'a' };
      const expiresAtMs = fresh.nowMs + 1_000;
      await table().put({ ...item, body: 1, expiresAtMs });
      expect(await table().get(item)).toMatchObject({ body: 1, expiresAtMs });
      fresh.nowMs += 1_000;
      expect(await table().get(item)).toBeUndefined();
      expect(await table().getMany([item])).toEqual([]);
      expect(await sorts({ partition: item.partition, limit: 10 })).toEqual([]);
      expect(await table().put({ ...item, body: 2 }, 'present')).toBe('conflict');
      expect(await table().put({ ...item, body: 2 }, 1)).toBe('conflict');
      expect(await table().put({ ...item, body: 2 }, 'absent')).not.toBe('conflict');
      expect((await table().get(item))?.expiresAtMs).toBeUndefined();
    });

    it('that would be too large for one of the stores is refused by all', async () => {
      const item = { partition: 'test#1', sort: 'a' };
      const body = 'x'.repeat(ITEM_BYTES_MAX - 2);
      expect(await table().put({ ...item, body })).toBe(1);
      await expect(table().put({ ...item, body: `${body}x` })).rejects.toThrow(ItemTooLargeError);
      await expect(table().put({ ...item, sort: 'ä', body: 1 })).rejects.toThrow(/ASCII/);
      await expect(table().put({ ...item, sort: '', body: 1 })).rejects.toThrow(/ASCII/);
    });
  });

  describe('many items', () => {
    it('are read by their keys, each once, and those that are not there are left out', async () => {
      const partition = 'test#1';
      const keys = Array.from({ length: 130 }, (_, index) => ({ partition, sort: String(index) }));
      for (const key of keys.slice(0, 120)) await table().put({ ...key, body: key.sort });
      const found = await table().getMany([...keys, ...keys]);
      expect(found.map(({ body }) => Number(body)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 120 }, (_, n) => n),
      );
      expect(await table().getMany([])).toEqual([]);
    });

    it('of one partition come in the order of their sort keys, forth and back, page by page', async () => {
      const partition = 'test#1';
      const all = ['a', 'a#1', 'a#10', 'a#2', 'b', 'b#~', 'c', '~'];
      for (const sort of [...all].reverse()) await put(partition, sort);
      await put(`${partition}0`, 'a#3');
      expect(await sorts({ partition, limit: 100 })).toEqual(all);
      expect(await sorts({ partition, limit: 100, isBackward: true })).toEqual([...all].reverse());
      expect(await sorts({ partition, limit: 3 })).toEqual(['a', 'a#1', 'a#10']);
      expect(await sorts({ partition, limit: 3, after: 'a#10' })).toEqual(['a#2', 'b', 'b#~']);
      expect(await sorts({ partition, limit: 3, after: 'a#3' })).toEqual(['b', 'b#~', 'c']);
      expect(await sorts({ partition, limit: 2, after: 'b', isBackward: true })).toEqual(['a#2', 'a#10']);
      expect(await sorts({ partition, limit: 2, after: 'a', isBackward: true })).toEqual([]);
      expect(await sorts({ partition, limit: 2, after: '~' })).toEqual([]);
    });

    it('are narrowed to a prefix', async () => {
      const partition = 'test#1';
      for (const sort of ['a', 'b', 'b#1', 'b#2', 'b#3', 'b~', 'c']) await put(partition, sort);
      expect(await sorts({ partition, prefix: 'b#', limit: 10 })).toEqual(['b#1', 'b#2', 'b#3']);
      expect(await sorts({ partition, prefix: 'b#', limit: 10, isBackward: true })).toEqual(['b#3', 'b#2', 'b#1']);
      expect(await sorts({ partition, prefix: 'b#', after: 'b#1', limit: 10 })).toEqual(['b#2', 'b#3']);
      expect(await sorts({ partition, prefix: 'b#', after: 'b#2', limit: 10, isBackward: true })).toEqual(['b#1']);
      expect(await sorts({ partition, prefix: 'b#', after: 'c', limit: 10 })).toEqual([]);
      expect(await sorts({ partition, prefix: 'b#', after: 'a', limit: 10, isBackward: true })).toEqual([]);
      expect(await sorts({ partition, prefix: 'd', limit: 10 })).toEqual([]);
    });

    it('that have expired do not take the places of others in a page', async () => {
      const partition = 'test#1';
      const expiresAtMs = fresh.nowMs + 1;
      for (let index = 0; index < 30; index += 1) {
        await table().put({ partition, sort: String(10 + index), body: 1, ...(index % 10 > 0 && { expiresAtMs }) });
      }
      fresh.nowMs += 1;
      expect(await sorts({ partition, limit: 3 })).toEqual(['10', '20', '30']);
      expect(await sorts({ partition, limit: 2, after: '10' })).toEqual(['20', '30']);
    });

    it('of more than one answer’s megabyte come all the same', async () => {
      const partition = 'test#1';
      const body = 'x'.repeat(300 * 1024);
      for (const sort of ['1', '2', '3', '4', '5']) await put(partition, sort, body);
      expect(await sorts({ partition, limit: 10 })).toEqual(['1', '2', '3', '4', '5']);
      expect((await table().getMany(['1', '3', '5'].map((sort) => ({ partition, sort })))).length).toBe(3);
    });
  });
});
