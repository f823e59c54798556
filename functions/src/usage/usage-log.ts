import type { Broadcast } from '../broadcasts/broadcast.ts';
import { Records } from '../storage/records.ts';
import { ITEMS_PER_QUERY_MAX, type Table } from '../storage/table.ts';
import type { TenantId } from '../tenants/tenant.ts';
import { BroadcastUsage, type TimeRange, usageOf } from './usage.ts';

/** Bills are asked about for a year. */
const KEPT_MS = 400 * 24 * 3_600_000;

/** What broadcasts used, tenant by tenant, in the order in which they began. */
export class UsageLog {
  readonly #usage: Records<BroadcastUsage>;

  constructor(table: Table) {
    this.#usage = new Records(table, BroadcastUsage);
  }

  /** What is known by now, in the place of what was known. */
  async keep(broadcast: Broadcast): Promise<void> {
    await this.#put(usageOf(broadcast));
  }

  /** Its recording is gone. */
  async end(broadcast: Broadcast, atMs: number): Promise<void> {
    const usage = usageOf(broadcast);
    await this.#put({ ...usage, stored: usage.stored && { ...usage.stored, untilMs: atMs } });
  }

  /** All that can have used anything in a time: those that began before its end. */
  async *before(tenantId: TenantId, { toMs }: Pick<TimeRange, 'toMs'>): AsyncGenerator<BroadcastUsage> {
    let after: string | undefined;
    for (;;) {
      const page = await this.#usage.query({ partition: `usage#${tenantId}`, after, limit: ITEMS_PER_QUERY_MAX });
      for (const { value } of page) if (value.startedAtMs < toMs) yield value;
      after = page.at(-1)?.sort;
      if (after === undefined || page.length < ITEMS_PER_QUERY_MAX) return;
    }
  }

  async #put(usage: BroadcastUsage): Promise<void> {
    const key = { partition: `usage#${usage.tenantId}`, sort: usage.broadcastId };
    const lastMs = usage.stored?.untilMs ?? usage.startedAtMs + usage.liveMs;
    // What is stored still goes on being used.
    const ends = usage.stored !== null && usage.stored.untilMs === null ? {} : { expiresAtMs: lastMs + KEPT_MS };
    await this.#usage.put(key, usage, ends);
  }
}
