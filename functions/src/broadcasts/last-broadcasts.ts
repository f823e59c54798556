import { BroadcastId, ChannelId } from '@sluice/contracts';
import { z } from 'zod';
import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import type { TenantId } from '../tenants/tenant.ts';
import type { Broadcast } from './broadcast.ts';

/** When a channel was live last. */
export const LastBroadcast = z
  .object({
    broadcastId: BroadcastId,
    startedAtMs: z.int().describe('Wall time of its first picture.'),
    endedAtMs: z.int().describe('When it ended.'),
  })
  .meta({ id: 'LastBroadcast', description: 'The broadcast of a channel that ended last.' });
export type LastBroadcast = z.infer<typeof LastBroadcast>;

/** A page of a tenant's channels, in the order of their names. */
export interface ChannelSpan {
  readonly tenantId: TenantId;
  readonly after?: ChannelId | undefined;
  /** Of channels; of broadcasts there are no more. */
  readonly limit: number;
}

/** The last broadcast of every channel, one item each, so that a page of channels is asked for them once. */
export class LastBroadcasts {
  readonly #records: Records<LastBroadcast>;

  constructor(table: Table) {
    this.#records = new Records(table, LastBroadcast);
  }

  /** Of one that has ended. What is told late of an older one is no news. */
  async take({ tenantId, channelId, broadcastId, startedAtMs, endedAtMs }: Broadcast): Promise<void> {
    if (endedAtMs === null) return;
    const key = keyOf(tenantId, channelId);
    const last = { broadcastId, startedAtMs, endedAtMs };
    if ((await this.#records.put(key, last, { if: 'absent' })) !== 'conflict') return;
    await this.#records.change<'older'>(key, ({ value }) =>
      value.broadcastId > broadcastId ? { not: 'older' } : { to: last },
    );
  }

  async of({ tenantId, after, limit }: ChannelSpan): Promise<ReadonlyMap<ChannelId, LastBroadcast>> {
    const listed = await this.#records.query({ partition: partitionOf(tenantId), after, limit });
    return new Map(listed.map(({ sort, value }) => [ChannelId.parse(sort), value]));
  }

  async forget(tenantId: TenantId, channelId: ChannelId): Promise<void> {
    await this.#records.remove(keyOf(tenantId, channelId));
  }
}

function keyOf(tenantId: TenantId, channelId: ChannelId) {
  return { partition: partitionOf(tenantId), sort: channelId };
}

function partitionOf(tenantId: TenantId): string {
  return `last-broadcasts#${tenantId}`;
}
