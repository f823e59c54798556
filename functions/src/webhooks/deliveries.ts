import { z } from 'zod';
import { type Kept, Records } from '../storage/records.ts';
import { removePartition } from '../storage/remove-partition.ts';
import type { ItemKey, Table } from '../storage/table.ts';
import { Delivery, type DeliveryState, type SettledState } from './delivery.ts';
import type { WebhookEndpointId } from './webhook-endpoint.ts';

/** Of one endpoint, of what it was told and what it could not be told. */
const KEPT_MS = { delivered: 7 * 24 * 3_600_000, dead: 30 * 24 * 3_600_000 } as const;
/** An endpoint that is away for a day while a publisher comes and goes: what is beyond it is dead at once. */
export const PENDING_PER_GROUP_MAX = 1_000;
const TIME_DIGITS = 16;

/** When a group is to be tried again, and how often that was so. */
const Pause = z.object({ tries: z.int(), untilMs: z.int(), lockedUntilMs: z.int() });
export type Pause = Omit<z.infer<typeof Pause>, 'lockedUntilMs'>;

export interface KeptDelivery extends Kept<Delivery>, ItemKey {}

/** A group may be told now, by whoever asked and nobody else; or there is something to wait for. */
export type GroupLock =
  | { readonly kind: 'locked'; readonly pause: Pause }
  | { readonly kind: 'wait'; readonly untilMs: number };

/**
 * What is on its way to an endpoint: groups, each in order. Only the first of a group is tried, so that a receiver is
 * never told of an end before the beginning.
 */
export class Deliveries {
  readonly #table: Table;
  readonly #deliveries: Records<Delivery>;
  readonly #pauses: Records<z.infer<typeof Pause>>;

  constructor(table: Table) {
    this.#table = table;
    this.#deliveries = new Records(table, Delivery);
    this.#pauses = new Records(table, Pause);
  }

  /** To be told. To add it twice is to add it once, while it is pending. */
  async add(endpointId: WebhookEndpointId, delivery: Delivery): Promise<void> {
    const { partition, prefix } = groupOf(endpointId, delivery.group);
    const pending = await this.#deliveries.query({ partition, prefix, limit: PENDING_PER_GROUP_MAX });
    if (pending.length >= PENDING_PER_GROUP_MAX) return await this.settle(endpointId, delivery, 'dead');
    const sort = `${prefix}${digits(delivery.sequence)}#${delivery.messageId}`;
    await this.#deliveries.put({ partition, sort }, delivery, { if: 'absent' });
  }

  /** The first of a group. */
  async first(endpointId: WebhookEndpointId, group: string): Promise<KeptDelivery | undefined> {
    return (await this.#deliveries.query({ ...groupOf(endpointId, group), limit: 1 })).at(0);
  }

  /** It was tried, and will be again. */
  async tried({ partition, sort, version }: KeptDelivery, delivery: Delivery): Promise<void> {
    await this.#deliveries.put({ partition, sort }, delivery, { if: version });
  }

  /** It is over. */
  async settle(endpointId: WebhookEndpointId, delivery: Delivery, state: SettledState): Promise<void> {
    const atMs = delivery.lastTry?.atMs ?? delivery.createdAtMs;
    const key = { partition: `${state}#${endpointId}`, sort: `${digits(atMs)}#${delivery.messageId}` };
    await this.#deliveries.put(key, delivery, { expiresAtMs: atMs + KEPT_MS[state] });
  }

  async drop({ partition, sort }: ItemKey): Promise<void> {
    await this.#deliveries.remove({ partition, sort });
  }

  /** Of an endpoint: pending ones in their order, others the newest first. */
  page(
    endpointId: WebhookEndpointId,
    state: DeliveryState,
    { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<KeptDelivery[]> {
    const partition = `${state}#${endpointId}`;
    return this.#deliveries.query({ partition, isBackward: state !== 'pending', limit, after });
  }

  /** One that is over, by what the page calls it. */
  async settled(endpointId: WebhookEndpointId, state: SettledState, sort: string): Promise<KeptDelivery | undefined> {
    const key = { partition: `${state}#${endpointId}`, sort };
    const kept = await this.#deliveries.get(key);
    return kept && { ...kept, ...key };
  }

  /** Lets one process at a time tell a group. */
  async lock(
    endpointId: WebhookEndpointId,
    group: string,
    { nowMs, forMs }: { readonly nowMs: number; readonly forMs: number },
  ): Promise<GroupLock> {
    const key = pauseKey(endpointId, group);
    const kept = await this.#pauses.get(key);
    const { lockedUntilMs, ...pause } = kept?.value ?? { tries: 0, untilMs: 0, lockedUntilMs: 0 };
    const readyAtMs = Math.max(pause.untilMs, lockedUntilMs);
    if (readyAtMs > nowMs) return { kind: 'wait', untilMs: readyAtMs };
    const locked = { ...pause, lockedUntilMs: nowMs + forMs };
    const written = await this.#pauses.put(key, locked, { if: kept?.version ?? 'absent' });
    // Somebody else was quicker, and is at it.
    return written === 'conflict' ? { kind: 'wait', untilMs: nowMs + forMs } : { kind: 'locked', pause };
  }

  /** Lets others again, at once or after a pause. */
  async unlock(endpointId: WebhookEndpointId, group: string, pause?: Pause): Promise<void> {
    const key = pauseKey(endpointId, group);
    if (pause === undefined) await this.#pauses.remove(key);
    else await this.#pauses.put(key, { ...pause, lockedUntilMs: 0 });
  }

  /** All of an endpoint that is gone. */
  async forget(endpointId: WebhookEndpointId): Promise<void> {
    for (const kind of ['pending', 'delivered', 'dead', 'pause']) {
      await removePartition(this.#table, `${kind}#${endpointId}`);
    }
  }
}

function groupOf(endpointId: WebhookEndpointId, group: string) {
  return { partition: `pending#${endpointId}`, prefix: `${group}#` };
}

function pauseKey(endpointId: WebhookEndpointId, group: string): ItemKey {
  return { partition: `pause#${endpointId}`, sort: group };
}

function digits(value: number): string {
  return String(value).padStart(TIME_DIGITS, '0');
}
