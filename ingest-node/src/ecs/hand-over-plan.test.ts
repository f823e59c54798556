import { describe, expect, it } from 'vitest';
import { HandOverPlan } from './hand-over-plan.ts';

describe('a node of an older deployment', () => {
  it('is left alone for a while, counted from when it was first seen', () => {
    const plan = new HandOverPlan({ handOverAfterMs: 1_000 });
    plan.seen('current', 0);
    expect([plan.isOutdated, plan.overAtMs]).toEqual([false, Number.POSITIVE_INFINITY]);
    plan.seen('outdated', 500);
    plan.seen('outdated', 900);
    expect([plan.isOutdated, plan.isOver(1_499), plan.isOver(1_500)]).toEqual([true, false, true]);
  });

  it('is current again when the deployment was taken back, also late', () => {
    const plan = new HandOverPlan({ handOverAfterMs: 1_000 });
    plan.seen('outdated', 0);
    plan.seen('current', 2_000);
    expect([plan.isOutdated, plan.isOver(9_000)]).toEqual([false, false]);
    plan.seen('outdated', 3_000);
    expect([plan.isOver(3_999), plan.isOver(4_000)]).toEqual([false, true]);
  });

  it('is not outdated before a newer node runs, and is waited for from the first moment on', () => {
    const plan = new HandOverPlan({ handOverAfterMs: 1_000 });
    plan.seen('awaited', 0);
    expect([plan.isOutdated, plan.overAtMs]).toEqual([false, 1_000]);
    plan.seen('outdated', 500);
    expect([plan.isOutdated, plan.overAtMs]).toEqual([true, 1_000]);
    plan.seen('awaited', 600);
    plan.seen('unknown', 700);
    expect([plan.isOutdated, plan.overAtMs]).toEqual([false, 1_000]);
  });

  it('is what it was while ECS says nothing', () => {
    const plan = new HandOverPlan({ handOverAfterMs: 1_000 });
    plan.seen('unknown', 0);
    expect(plan.isOutdated).toBe(false);
    plan.seen('outdated', 100);
    plan.seen('unknown', 1_100);
    expect([plan.isOutdated, plan.isOver(1_100)]).toEqual([true, true]);
  });
});
