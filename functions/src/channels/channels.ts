import { ChannelId } from '@sluice/contracts';
import { z } from 'zod';
import type { KeyedChannel } from '../ingest/authorization.ts';
import type { StoredRestreamTarget } from '../restream/restream-target.ts';
import { type Change, type Kept, RecordBusyError, Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import {
  type StoredStreamKey,
  type StreamKeyChange,
  type StreamKeyHash,
  StreamKeyId,
  shownStreamKey,
} from '../stream-keys/stream-key.ts';
import type { TenantId } from '../tenants/tenant.ts';
import { type Channel, type ChannelChange, ChannelRecord, changeSettings, channelRecord } from './channel.ts';

/** Of one tenant: one list in a console. */
export const CHANNELS_PER_TENANT_MAX = 1_000;
/** A streamer's machines and phones, with room to rotate. */
export const STREAM_KEYS_PER_CHANNEL_MAX = 16;

export type ChannelCreated =
  | { readonly kind: 'created'; readonly version: number }
  | { readonly kind: 'exists'; readonly kept: Kept<Channel> }
  | { readonly kind: 'full' };

/** So many channels of a tenant, from the one that follows `after`. */
export interface ChannelPage {
  readonly tenantId: TenantId;
  readonly limit: number;
  readonly after?: ChannelId | undefined;
}

/** Which stream key, of which channel. */
export interface StreamKeyName {
  readonly channelId: ChannelId;
  readonly keyId: StreamKeyId;
}

export type StreamKeyCreated = 'created' | 'no-such-channel' | 'full';

const Pointer = z.object({ channelId: ChannelId, keyId: StreamKeyId });
const Nothing = z.object({});

/**
 * Channels with their stream keys: one item a channel, so that a change of it is one write. Two kinds of items point at
 * it, written before it and removed after it: those of the tenant's list, and those that a stream key is found by. What
 * a pointer says is checked against the channel, so one that leads nowhere does nothing.
 */
export class Channels {
  readonly #channels: Records<Channel>;
  readonly #listed: Records<z.infer<typeof Nothing>>;
  readonly #pointers: Records<z.infer<typeof Pointer>>;
  readonly #table: Table;
  readonly #channelsMax: number;

  constructor(table: Table, { channelsMax = CHANNELS_PER_TENANT_MAX }: { readonly channelsMax?: number } = {}) {
    this.#table = table;
    this.#channelsMax = channelsMax;
    this.#channels = new Records(table, ChannelRecord, channelRecord);
    this.#listed = new Records(table, Nothing);
    this.#pointers = new Records(table, Pointer);
  }

  /** The name is everybody's: `exists` may be another tenant's. */
  async create(channel: Channel): Promise<ChannelCreated> {
    const { channelId, tenantId } = channel;
    const existing = await this.get(channelId);
    if (existing !== undefined) return { kind: 'exists', kept: existing };
    if ((await this.#count(tenantId)) >= this.#channelsMax) return { kind: 'full' };
    await this.#listed.put(listKey(tenantId, channelId), {});
    const version = await this.#channels.put(channelKey(channelId), channel, { if: 'absent' });
    if (version !== 'conflict') return { kind: 'created', version };
    const kept = await this.get(channelId);
    if (kept === undefined) throw new RecordBusyError('the channel came and went');
    if (kept.value.tenantId !== tenantId) await this.#listed.remove(listKey(tenantId, channelId));
    return { kind: 'exists', kept };
  }

  get(channelId: ChannelId): Promise<Kept<Channel> | undefined> {
    return this.#channels.get(channelKey(channelId));
  }

  /** Those of them that there are, whosever they are. */
  async existing(channelIds: readonly ChannelId[]): Promise<ReadonlySet<ChannelId>> {
    const found = await this.#channels.getMany(channelIds.map(channelKey));
    return new Set(found.map(({ value }) => value.channelId));
  }

  /** In the order of their ids. */
  async page({ tenantId, limit, after }: ChannelPage): Promise<Kept<Channel>[]> {
    const found: Kept<Channel>[] = [];
    let from = after === undefined ? undefined : listKey(tenantId, after).sort;
    while (found.length < limit) {
      const { partition, sort: prefix } = listKey(tenantId, '');
      const listed = await this.#table.query({ partition, prefix, after: from, limit: limit - found.length });
      const keys = listed.map(({ sort }) => ({ partition: sort, sort: 'channel' }));
      const channels = await this.#channels.getMany(keys);
      found.push(...channels.filter(({ value }) => value.tenantId === tenantId).sort(byChannelId));
      from = listed.at(-1)?.sort;
      if (from === undefined) break;
    }
    return found;
  }

  /** `undefined`: there is no such channel; `conflict`: it is not at this version any more. */
  async change(
    channelId: ChannelId,
    change: ChannelChange,
    at: { readonly nowMs: number; readonly version?: number | undefined },
  ): Promise<Kept<Channel> | 'conflict' | undefined> {
    return await this.#change<'conflict'>(channelId, ({ value, version }) => {
      if (at.version !== undefined && at.version !== version) return { not: 'conflict' };
      return { to: { ...value, ...changeSettings(value, change), updatedAtMs: at.nowMs } };
    });
  }

  /** Remembers that whoever is live is to be sent away. `false`: there is no such channel. */
  async kick(channelId: ChannelId, nowMs: number): Promise<boolean> {
    return (await this.#change(channelId, ({ value }) => ({ to: { ...value, kickedAtMs: nowMs } }))) !== undefined;
  }

  /** As kick, and nobody is let in until then. `false`: there is no such channel. */
  async close(channelId: ChannelId, at: { readonly nowMs: number; readonly untilMs: number }): Promise<boolean> {
    const changed = await this.#change(channelId, ({ value }) => ({
      to: { ...value, kickedAtMs: at.nowMs, closedUntilMs: at.untilMs },
    }));
    return changed !== undefined;
  }

  /** Nobody can publish from now on, and it can only be deleted. */
  async markDeleted(channelId: ChannelId, nowMs: number): Promise<Kept<Channel> | undefined> {
    return await this.#change(channelId, ({ value }) => ({
      to: { ...value, isBeingDeleted: true, kickedAtMs: nowMs, updatedAtMs: nowMs },
    }));
  }

  /** With its stream keys. */
  async remove(channelId: ChannelId): Promise<void> {
    const kept = await this.get(channelId);
    if (kept === undefined) return;
    const entry = listKey(kept.value.tenantId, channelId);
    const listed = await this.#listed.get(entry);
    await this.#channels.remove(channelKey(channelId));
    for (const { hash } of kept.value.streamKeys) await this.#pointers.remove(pointerKey(hash));
    // Not that of a channel that was just made under the same name.
    if (listed !== undefined) await this.#listed.remove(entry, listed.version);
  }

  /** Throws when a channel has this key already: keys are random. */
  createStreamKey(channelId: ChannelId, key: StoredStreamKey): Promise<StreamKeyCreated> {
    return this.#withNewKey(channelId, key, (keys) =>
      keys.length >= STREAM_KEYS_PER_CHANNEL_MAX ? 'full' : [...keys, key],
    );
  }

  /** Puts a key that was chosen elsewhere in place of the one of this id. Throws when another one has this hash. */
  async putStreamKey(channelId: ChannelId, key: StoredStreamKey): Promise<StreamKeyCreated> {
    const old = await this.#streamKey({ channelId, keyId: key.keyId });
    const outcome = await this.#withNewKey(channelId, key, (keys) => [
      ...keys.filter(({ keyId }) => keyId !== key.keyId),
      key,
    ]);
    if (old !== undefined && old.hash !== key.hash) await this.#pointers.remove(pointerKey(old.hash));
    return outcome;
  }

  /** Another key under the same id: the one before it opens nothing from now on. */
  async rotateStreamKey(
    { channelId, keyId }: StreamKeyName,
    made: Pick<StoredStreamKey, 'hash' | 'issuedAtMs'>,
  ): Promise<StoredStreamKey | undefined> {
    const old = await this.#streamKey({ channelId, keyId });
    if (old === undefined) return undefined;
    await this.#point(made.hash, { channelId, keyId });
    const changed = await this.#changeKey({ channelId, keyId }, (key) => ({ ...key, ...made }));
    await this.#pointers.remove(pointerKey(changed === undefined ? made.hash : old.hash));
    return changed;
  }

  async changeStreamKey(name: StreamKeyName, change: StreamKeyChange): Promise<StoredStreamKey | undefined> {
    return await this.#changeKey(name, (key) => ({
      ...key,
      label: change.label ?? key.label,
      role: change.role ?? key.role,
      isDisabled: change.isDisabled ?? key.isDisabled,
    }));
  }

  async deleteStreamKey({ channelId, keyId }: StreamKeyName): Promise<void> {
    let removed: StoredStreamKey | undefined;
    await this.#change(channelId, ({ value }) => {
      removed = value.streamKeys.find((key) => key.keyId === keyId);
      if (removed === undefined) return { not: undefined };
      return { to: { ...value, streamKeys: value.streamKeys.filter((key) => key !== removed) } };
    });
    if (removed !== undefined) await this.#pointers.remove(pointerKey(removed.hash));
  }

  /** The restream targets after a change; `undefined`: there is no such channel. */
  async changeRestream<R extends string>(
    channelId: ChannelId,
    change: (targets: readonly StoredRestreamTarget[]) => Change<StoredRestreamTarget[], R>,
  ): Promise<StoredRestreamTarget[] | R | undefined> {
    const changed = await this.#change<R>(channelId, ({ value }) => {
      const targets = change(value.restream.targets);
      if ('not' in targets) return targets;
      return { to: { ...value, restream: { version: value.restream.version + 1, targets: targets.to } } };
    });
    return typeof changed === 'object' ? changed.value.restream.targets : changed;
  }

  async findByStreamKey(hash: StreamKeyHash): Promise<KeyedChannel | undefined> {
    const pointer = await this.#pointers.get(pointerKey(hash));
    const channel = pointer && (await this.get(pointer.value.channelId))?.value;
    const key = channel?.streamKeys.find((each) => each.hash === hash);
    return channel && key && keyed(channel, key);
  }

  async findByStreamKeyId(name: StreamKeyName): Promise<KeyedChannel | undefined> {
    return (await this.findByStreamKeyIds([name])).at(0);
  }

  /** Those that there are, in any order, each once. One batched read, for it is asked every two seconds. */
  async findByStreamKeyIds(names: readonly StreamKeyName[]): Promise<KeyedChannel[]> {
    const channels = await this.#channels.getMany(names.map(({ channelId }) => channelKey(channelId)));
    return channels.flatMap(({ value }) => {
      const asked = new Set(names.filter(({ channelId }) => channelId === value.channelId).map(({ keyId }) => keyId));
      return value.streamKeys.filter(({ keyId }) => asked.has(keyId)).map((key) => keyed(value, key));
    });
  }

  async #streamKey({ channelId, keyId }: StreamKeyName): Promise<StoredStreamKey | undefined> {
    return (await this.get(channelId))?.value.streamKeys.find((key) => key.keyId === keyId);
  }

  async #withNewKey(
    channelId: ChannelId,
    key: StoredStreamKey,
    change: (keys: readonly StoredStreamKey[]) => StoredStreamKey[] | 'full',
  ): Promise<StreamKeyCreated> {
    await this.#point(key.hash, { channelId, keyId: key.keyId });
    const changed = await this.#change<'full'>(channelId, ({ value }) => {
      const streamKeys = change(value.streamKeys);
      return streamKeys === 'full' ? { not: streamKeys } : { to: { ...value, streamKeys } };
    });
    if (changed !== undefined && changed !== 'full') return 'created';
    await this.#pointers.remove(pointerKey(key.hash));
    return changed ?? 'no-such-channel';
  }

  /** A hash leads to one key only. A pointer that leads nowhere is left from a write that was broken off. */
  async #point(hash: StreamKeyHash, name: StreamKeyName): Promise<void> {
    const found = await this.findByStreamKey(hash);
    const { channel, streamKey } = found ?? {};
    const isItself = channel?.channelId === name.channelId && streamKey?.keyId === name.keyId;
    if (found !== undefined && !isItself) throw new Error('another stream key has this hash');
    await this.#pointers.put(pointerKey(hash), name);
  }

  async #changeKey(
    { channelId, keyId }: StreamKeyName,
    change: (key: StoredStreamKey) => StoredStreamKey,
  ): Promise<StoredStreamKey | undefined> {
    const changed = await this.#change<'no-such-key'>(channelId, ({ value }) => {
      if (!value.streamKeys.some((key) => key.keyId === keyId)) return { not: 'no-such-key' };
      return { to: { ...value, streamKeys: value.streamKeys.map((key) => (key.keyId === keyId ? change(key) : key)) } };
    });
    if (changed === undefined || changed === 'no-such-key') return undefined;
    return changed.value.streamKeys.find((key) => key.keyId === keyId);
  }

  async #change<R = never>(
    channelId: ChannelId,
    change: (kept: Kept<Channel>) => Change<Channel, R>,
  ): Promise<Kept<Channel> | R | undefined> {
    return await this.#channels.change(channelKey(channelId), change);
  }

  async #count(tenantId: TenantId): Promise<number> {
    const { partition, sort: prefix } = listKey(tenantId, '');
    return (await this.#table.query({ partition, prefix, limit: this.#channelsMax })).length;
  }
}

function keyed(channel: Channel, key: StoredStreamKey): KeyedChannel {
  return { channel, streamKey: shownStreamKey(channel.channelId, key) };
}

function byChannelId(one: Kept<Channel>, other: Kept<Channel>): number {
  return one.value.channelId < other.value.channelId ? -1 : 1;
}

function channelKey(channelId: ChannelId) {
  return { partition: `channel#${channelId}`, sort: 'channel' };
}

function listKey(tenantId: TenantId, channelId: ChannelId | '') {
  return { partition: `tenant#${tenantId}`, sort: `channel#${channelId}` };
}

function pointerKey(hash: StreamKeyHash) {
  return { partition: `stream-key#${hash}`, sort: 'pointer' };
}
