import type { Table } from './table.ts';

/** A page is read and removed before the next one. */
const PAGE_ITEMS = 100;

/** Removes all items of a partition, or those that begin with a prefix. Broken off, it can be begun again. */
export async function removePartition(table: Table, partition: string, prefix?: string): Promise<void> {
  for (;;) {
    const items = await table.query({ partition, prefix, limit: PAGE_ITEMS });
    if (items.length === 0) return;
    for (const { sort } of items) await table.remove({ partition, sort });
  }
}
