import type { ShardCounts } from './feed-event.ts';
import { REGIONS, type Region } from './region.ts';
import { SHARDS_MAX } from './relay-address.ts';

/** What an object is good for is about a thousand plain requests a second, and some 500 with work (PLATFORM.md A4). */
const REQUESTS_PER_S_TARGET = 350;
/** Fewer shards only where the rest would still have room, so that the number does not swing. */
const REQUESTS_PER_S_LOW = 100;
/** And only when it has been so for this long. */
const SHRINK_AFTER_MS = 60_000;
/** A relay that has said nothing for this long answers nobody. It reports every four seconds. */
const REPORT_MS = 20_000;

interface RegionLoad {
  count: number;
  /** Requests a second, by shard. */
  readonly rates: Map<number, { readonly perS: number; readonly atMs: number }>;
  lowSinceMs: number | undefined;
}

/** How many relays a channel has in each region, by what they report. Time is an argument. */
export class ShardPlan {
  readonly #regions = new Map<Region, RegionLoad>();

  /** Where there is more than one. */
  get counts(): ShardCounts {
    return Object.fromEntries(
      [...this.#regions].flatMap(([region, { count }]) => (count > 1 ? [[region, count]] : [])),
    );
  }

  /**
   * A relay subscribes, and tells how many there were by what it knew: an object that was reset has forgotten, and a
   * region's whole audience would come to one of its relays.
   */
  adopt(region: Region, shard: number, count: number, nowMs: number): void {
    const load = this.#regions.get(region) ?? { count: 1, rates: new Map(), lowSinceMs: undefined };
    this.#regions.set(region, load);
    load.count = Math.max(load.count, count);
    if (!load.rates.has(shard)) load.rates.set(shard, { perS: 0, atMs: nowMs });
  }

  /** A relay tells how many requests a second it answers. `true`: there should be another number of them now. */
  report(region: Region, shard: number, perS: number, nowMs: number): boolean {
    const load = this.#regions.get(region) ?? { count: 1, rates: new Map(), lowSinceMs: undefined };
    this.#regions.set(region, load);
    load.rates.set(shard, { perS, atMs: nowMs });
    const before = load.count;
    load.count = nextCount(load, nowMs);
    return load.count !== before;
  }

  /** Forgets relays that report no more. */
  passTime(nowMs: number): void {
    for (const region of REGIONS) {
      const load = this.#regions.get(region);
      if (load === undefined) continue;
      for (const [shard, { atMs }] of load.rates) if (nowMs - atMs > REPORT_MS) load.rates.delete(shard);
      if (load.rates.size === 0) this.#regions.delete(region);
    }
  }
}

function nextCount(load: RegionLoad, nowMs: number): number {
  const { count } = load;
  const totalPerS = [...load.rates.values()].reduce((sum, { perS }) => sum + perS, 0);
  if (totalPerS > count * REQUESTS_PER_S_TARGET) {
    load.lowSinceMs = undefined;
    // By what there is to do at once, not by doubling: a crowd comes within a second.
    const wanted = 2 ** Math.ceil(Math.log2(totalPerS / REQUESTS_PER_S_TARGET));
    return Math.min(SHARDS_MAX, Math.max(count, wanted));
  }
  if (count === 1 || totalPerS > count * REQUESTS_PER_S_LOW) {
    load.lowSinceMs = undefined;
    return count;
  }
  load.lowSinceMs ??= nowMs;
  if (nowMs - load.lowSinceMs < SHRINK_AFTER_MS) return count;
  load.lowSinceMs = undefined;
  return count / 2;
}
