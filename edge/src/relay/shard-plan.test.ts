import { describe, expect, it } from 'vitest';
import { SHARDS_MAX } from './relay-address.ts';
import { ShardPlan } from './shard-plan.ts';

/** Every shard of a region reports the same rate. */
function report(plan: ShardPlan, perS: number, nowMs: number): void {
  const count = plan.counts.weur ?? 1;
  for (let shard = 0; shard < count; shard += 1) plan.report('weur', shard, perS, nowMs);
}

describe('how many relays a region has', () => {
  it('is one, until one has too much to do', () => {
    const plan = new ShardPlan();
    expect(plan.report('weur', 0, 350, 1)).toBe(false);
    expect(plan.counts).toEqual({});
    expect(plan.report('weur', 0, 351, 2)).toBe(true);
    expect(plan.counts).toEqual({ weur: 2 });
  });

  it('grows at once to what a crowd needs, and no further than there may be', () => {
    const plan = new ShardPlan();
    plan.report('weur', 0, 2_000, 1);
    expect(plan.counts).toEqual({ weur: 8 });
    report(plan, 900, 2);
    expect(plan.counts).toEqual({ weur: SHARDS_MAX });
    report(plan, 5_000, 3);
    expect(plan.counts).toEqual({ weur: SHARDS_MAX });
  });

  it('goes down by halves, when there was little to do for a minute', () => {
    const plan = new ShardPlan();
    plan.report('weur', 0, 1_000, 0);
    expect(plan.counts).toEqual({ weur: 4 });
    for (let nowMs = 5_000; nowMs < 65_000; nowMs += 5_000) report(plan, 50, nowMs);
    expect(plan.counts).toEqual({ weur: 4 });
    report(plan, 50, 65_000);
    expect(plan.counts).toEqual({ weur: 2 });
  });

  it('stays when the quiet minute was broken', () => {
    const plan = new ShardPlan();
    plan.report('weur', 0, 1_000, 0);
    for (let nowMs = 5_000; nowMs < 120_000; nowMs += 5_000) report(plan, nowMs % 30_000 === 0 ? 200 : 50, nowMs);
    expect(plan.counts).toEqual({ weur: 4 });
  });

  it('is each region’s own, and forgotten when none of its relays reports', () => {
    const plan = new ShardPlan();
    plan.report('weur', 0, 400, 0);
    plan.report('apac', 0, 800, 10_000);
    expect(plan.counts).toEqual({ weur: 2, apac: 4 });
    plan.passTime(25_000);
    expect(plan.counts).toEqual({ apac: 4 });
  });
});
