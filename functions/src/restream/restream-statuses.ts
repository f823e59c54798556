import {
  type ChannelId,
  NodeId,
  RestreamStatus,
  type RestreamStatusEvent,
  type RestreamTargetId,
} from '@sluice/contracts';
import { z } from 'zod';
import { Records } from '../storage/records.ts';
import { removePartition } from '../storage/remove-partition.ts';
import type { Table } from '../storage/table.ts';
import type { ShownRestreamTarget } from './restream-target.ts';

/** A node tells every ten seconds how a push is. One that has not for so long is gone, and the push with it. */
export const HEARD_OF_MS = 60_000;
/** What was of a target that long ago is of no interest. */
const KEPT_MS = 30 * 24 * 3_600_000;

const KeptStatus = z.object({
  status: RestreamStatus,
  nodeId: NodeId,
  /** By the node's clock. */
  atMs: z.int(),
  receivedAtMs: z.int(),
});
type KeptStatus = z.infer<typeof KeptStatus>;

/** The newest status of each target: one item a target, written anew each time. */
export class RestreamStatuses {
  readonly #records: Records<KeptStatus>;
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
    this.#records = new Records(table, KeptStatus);
  }

  /** Keeps what was told of one channel, where it has the target. How many of them were kept. */
  async keep(
    told: readonly RestreamStatusEvent[],
    from: { readonly nodeId: NodeId; readonly nowMs: number; readonly has: (targetId: RestreamTargetId) => boolean },
  ): Promise<number> {
    const known = told.filter(({ targetId }) => from.has(targetId));
    const newest = new Map(
      known.toSorted((one, other) => one.atMs - other.atMs).map((event) => [event.targetId, event]),
    );
    for (const event of newest.values()) await this.#put(event, from);
    return known.length;
  }

  /** Of all targets of a channel that a node has told of. */
  async all(
    channelId: ChannelId,
    nowMs: number,
  ): Promise<ReadonlyMap<RestreamTargetId, ShownRestreamTarget['status']>> {
    const found = await this.#records.query({ partition: partitionOf(channelId), limit: STATUSES_MAX });
    return new Map(found.map(({ value }) => [value.status.targetId, shownStatus(value, nowMs)]));
  }

  async forget(channelId: ChannelId, targetId: RestreamTargetId): Promise<void> {
    await this.#records.remove(keyOf(channelId, targetId));
  }

  /** All of a channel. */
  async forgetAll(channelId: ChannelId): Promise<void> {
    await removePartition(this.#table, partitionOf(channelId));
  }

  /** Batches of one node may come in another order than they were sent; of two nodes, the one that is heard last knows. */
  async #put(
    event: RestreamStatusEvent,
    { nodeId, nowMs }: { readonly nodeId: NodeId; readonly nowMs: number },
  ): Promise<void> {
    const { kind: _kind, eventId: _eventId, channelId, broadcastId: _broadcastId, atMs, ...status } = event;
    const key = keyOf(channelId, status.targetId);
    const kept = await this.#records.get(key);
    if (kept?.value.nodeId === nodeId && kept.value.atMs > atMs) return;
    await this.#records.put(key, { status, nodeId, atMs, receivedAtMs: nowMs }, { expiresAtMs: nowMs + KEPT_MS });
  }
}

/** As it is shown: a push whose node is not heard of any more has ended with it. */
function shownStatus({ status, receivedAtMs }: KeptStatus, nowMs: number): ShownRestreamTarget['status'] {
  const { targetId: _, ...shown } = status;
  if (shown.state === 'stopped' || nowMs - receivedAtMs < HEARD_OF_MS) return { ...shown, receivedAtMs };
  const { sentBytes, droppedPackets } = shown;
  const sinceMs = receivedAtMs;
  return { state: 'stopped', sinceMs, reason: 'not-heard-of', sentBytes, bitrateBps: 0, droppedPackets, receivedAtMs };
}

/** Those of targets that are gone are removed, but one may be told of while it is. */
const STATUSES_MAX = 64;

function partitionOf(channelId: ChannelId): string {
  return `restream#${channelId}`;
}

function keyOf(channelId: ChannelId, targetId: RestreamTargetId) {
  return { partition: partitionOf(channelId), sort: `status#${targetId}` };
}
