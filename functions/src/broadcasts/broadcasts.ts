import { BroadcastId, ChannelId, type IngestEvent } from '@sluice/contracts';
import { z } from 'zod';
import { type Change, type Kept, Records } from '../storage/records.ts';
import { removePartition } from '../storage/remove-partition.ts';
import type { Table } from '../storage/table.ts';
import { TenantId } from '../tenants/tenant.ts';
import { Broadcast, broadcastAfter, type Recording, type Told, withHealth, withWarning } from './broadcast.ts';
import { LastBroadcasts } from './last-broadcasts.ts';

const Pointer = z.object({ channelId: ChannelId, tenantId: TenantId });
const Live = z.object({ broadcastId: BroadcastId });

/** So many, the newest first, from the one that comes before `before`. */
export interface BroadcastPage {
  readonly limit: number;
  readonly before?: BroadcastId | undefined;
}

/**
 * Broadcasts, live and past. Lists of a tenant (who is live, what is recorded) point at them, as does what finds one by
 * its id alone; pointers are written first and checked against what they point at.
 */
export class Broadcasts {
  readonly #table: Table;
  readonly #broadcasts: Records<Broadcast>;
  readonly #pointers: Records<z.infer<typeof Pointer>>;
  readonly #live: Records<z.infer<typeof Live>>;
  /** Of every channel the one that ended last. */
  readonly last: LastBroadcasts;

  constructor(table: Table) {
    this.#table = table;
    this.#broadcasts = new Records(table, Broadcast);
    this.#pointers = new Records(table, Pointer);
    this.#live = new Records(table, Live);
    this.last = new LastBroadcasts(table);
  }

  async find(broadcastId: BroadcastId): Promise<Kept<Broadcast> | undefined> {
    const pointer = await this.#pointers.get(pointerKey(broadcastId));
    return pointer && (await this.get(pointer.value.channelId, broadcastId));
  }

  get(channelId: ChannelId, broadcastId: BroadcastId): Promise<Kept<Broadcast> | undefined> {
    return this.#broadcasts.get(keyOf(channelId, broadcastId));
  }

  async ofChannel(channelId: ChannelId, { limit, before }: BroadcastPage): Promise<Broadcast[]> {
    const query = { partition: `broadcasts#${channelId}`, isBackward: true, after: before, limit };
    return (await this.#broadcasts.query(query)).map(({ value }) => value);
  }

  /** Of a tenant, one a channel, in the order of the channels. */
  async live(tenantId: TenantId, { limit, after }: { readonly limit: number; readonly after?: ChannelId | undefined }) {
    const listed = await this.#live.query({ partition: `live#${tenantId}`, after, limit });
    const keys = listed.map(({ sort, value }) => keyOf(ChannelId.parse(sort), value.broadcastId));
    const broadcasts = await this.#broadcasts.getMany(keys);
    const live = broadcasts.map(({ value }) => value).filter(({ state }) => state === 'live');
    return { live: live.sort(byChannel), lastListed: listed.length < limit ? undefined : listed.at(-1)?.sort };
  }

  /** Those of a tenant that have a recording. */
  async recorded(tenantId: TenantId, { limit, before }: BroadcastPage): Promise<Broadcast[]> {
    const found: Broadcast[] = [];
    let after: string | undefined = before;
    while (found.length < limit) {
      const query = { partition: `recordings#${tenantId}`, isBackward: true, after, limit: limit - found.length };
      const listed = await this.#pointers.query(query);
      const keys = listed.map(({ sort, value }) => keyOf(value.channelId, BroadcastId.parse(sort)));
      const broadcasts = (await this.#broadcasts.getMany(keys)).map(({ value }) => value);
      found.push(...broadcasts.filter(({ recording }) => recording !== null).sort(byNewest));
      after = listed.at(-1)?.sort;
      if (after === undefined) break;
    }
    return found;
  }

  /** Takes in what the edge says. `undefined`: it says too little of a broadcast that is not known. */
  async take(told: Told): Promise<Broadcast | undefined> {
    const { channelId, tenantId, event } = told;
    const { broadcastId } = event;
    if (event.kind === 'broadcast-started') {
      await this.#pointers.put(pointerKey(broadcastId), { channelId, tenantId });
      await this.#live.put(liveKey(tenantId, channelId), { broadcastId });
      const begun = broadcastAfter(undefined, told);
      if (begun !== undefined) await this.#broadcasts.put(keyOf(channelId, broadcastId), begun, { if: 'absent' });
    }
    if (event.kind === 'recording-ready') {
      await this.#pointers.put(recordingKey(tenantId, broadcastId), { channelId, tenantId });
    }
    const changed = await this.#change(channelId, broadcastId, (broadcast) => broadcastAfter(broadcast, told));
    if (changed?.state === 'ended') {
      await this.last.take(changed);
      await this.#notLive(changed);
    }
    return changed;
  }

  /** Keeps a warning of an ingest node. */
  async warn({ channelId, broadcastId, atMs, ...event }: Extract<IngestEvent, { kind: 'health-warning' }>) {
    const { code, sentence } = event;
    return await this.#change(channelId, broadcastId, (kept) => withWarning(kept, { code, sentence }, atMs));
  }

  /** Keeps how the source is. */
  async notice(figures: Extract<IngestEvent, { kind: 'figures' }>): Promise<void> {
    const { channelId, broadcastId } = figures;
    await this.#change(channelId, broadcastId, (kept) => {
      const changed = withHealth(kept, figures);
      return changed === kept ? undefined : changed;
    });
  }

  /** `undefined`: it has no recording. */
  async changeRecording(
    { channelId, broadcastId }: Pick<Broadcast, 'channelId' | 'broadcastId'>,
    change: (recording: Recording) => Recording | null,
  ): Promise<Broadcast | undefined> {
    return await this.#change(channelId, broadcastId, (broadcast) => {
      if (broadcast.recording === null) return undefined;
      return { ...broadcast, recording: change(broadcast.recording) };
    });
  }

  async markDeleted({ channelId, broadcastId }: Pick<Broadcast, 'channelId' | 'broadcastId'>): Promise<void> {
    await this.#change(channelId, broadcastId, (broadcast) => ({ ...broadcast, isBeingDeleted: true }));
  }

  /** The recording is not listed any more. */
  async unlistRecording({ tenantId, broadcastId }: Pick<Broadcast, 'tenantId' | 'broadcastId'>): Promise<void> {
    await this.#pointers.remove(recordingKey(tenantId, broadcastId));
  }

  /** All that is known of it. */
  async remove(broadcast: Pick<Broadcast, 'tenantId' | 'channelId' | 'broadcastId'>): Promise<void> {
    const { channelId, broadcastId } = broadcast;
    await this.unlistRecording(broadcast);
    await this.#notLive(broadcast);
    await this.#broadcasts.remove(keyOf(channelId, broadcastId));
    await this.#pointers.remove(pointerKey(broadcastId));
  }

  /** Forgets the rest of a channel whose broadcasts are gone. */
  async forgetChannel(channelId: ChannelId, tenantId: TenantId): Promise<void> {
    await removePartition(this.#table, `broadcasts#${channelId}`);
    await this.#live.remove(liveKey(tenantId, channelId));
    await this.last.forget(tenantId, channelId);
  }

  async #notLive({ tenantId, channelId, broadcastId }: Pick<Broadcast, 'tenantId' | 'channelId' | 'broadcastId'>) {
    const listed = await this.#live.get(liveKey(tenantId, channelId));
    if (listed?.value.broadcastId === broadcastId)
      await this.#live.remove(liveKey(tenantId, channelId), listed.version);
  }

  async #change(
    channelId: ChannelId,
    broadcastId: BroadcastId,
    change: (broadcast: Broadcast) => Broadcast | undefined,
  ): Promise<Broadcast | undefined> {
    const changed = await this.#broadcasts.change<'none'>(
      keyOf(channelId, broadcastId),
      ({ value }): Change<Broadcast, 'none'> => {
        const to = change(value);
        return to === undefined ? { not: 'none' } : { to };
      },
    );
    return changed === 'none' ? undefined : changed?.value;
  }
}

function keyOf(channelId: ChannelId, broadcastId: BroadcastId) {
  return { partition: `broadcasts#${channelId}`, sort: broadcastId };
}

function pointerKey(broadcastId: BroadcastId) {
  return { partition: `broadcast#${broadcastId}`, sort: 'pointer' };
}

function liveKey(tenantId: TenantId, channelId: ChannelId) {
  return { partition: `live#${tenantId}`, sort: channelId };
}

function recordingKey(tenantId: TenantId, broadcastId: BroadcastId) {
  return { partition: `recordings#${tenantId}`, sort: broadcastId };
}

function byChannel(one: Broadcast, other: Broadcast): number {
  return one.channelId < other.channelId ? -1 : 1;
}

function byNewest(one: Broadcast, other: Broadcast): number {
  return one.broadcastId > other.broadcastId ? -1 : 1;
}
