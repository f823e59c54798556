import { EDGE_EVENTS_PER_BATCH_MAX } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { ANSWER_MS_MAX, DeliveryPlan, REFUSED_MS_MAX } from './delivery-plan.ts';

const T0_MS = Date.UTC(2026, 10, 26);

/** How long after a failure it is tried again, so many times. */
function waits(count: number): number[] {
  const plan = new DeliveryPlan();
  let nowMs = T0_MS;
  return Array.from({ length: count }, () => {
    expect(plan.begin(nowMs)).toBe(true);
    plan.failed(nowMs);
    const waitMs = plan.nextTryAtMs - nowMs;
    expect(plan.begin(plan.nextTryAtMs - 1)).toBe(false);
    nowMs = plan.nextTryAtMs;
    return waitMs;
  });
}

describe('events are told again', () => {
  it('after a second, then after twice as long each time, and never later than a minute', () => {
    expect(waits(9)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(waits(1_100).at(-1)).toBe(60_000);
  });

  it('after a second again, once they were taken', () => {
    const plan = new DeliveryPlan();
    for (const nowMs of [0, 1_000, 3_000]) {
      plan.begin(T0_MS + nowMs);
      plan.failed(T0_MS + nowMs);
    }
    plan.begin(plan.nextTryAtMs);
    plan.succeeded(T0_MS + 10_000);
    expect(plan.begin(T0_MS + 10_000)).toBe(true);
    plan.failed(T0_MS + 10_000);
    expect(plan.nextTryAtMs).toBe(T0_MS + 11_000);
  });

  it('by another object, if the one that sent them never comes to know', () => {
    const plan = new DeliveryPlan();
    plan.begin(T0_MS);
    expect(plan.nextTryAtMs).toBeGreaterThan(T0_MS + ANSWER_MS_MAX);
    // Not by itself: one request at a time keeps the order.
    expect(plan.begin(T0_MS + 10 * ANSWER_MS_MAX)).toBe(false);
  });

  it('also when the clock was set back by a day', () => {
    const plan = new DeliveryPlan();
    plan.begin(T0_MS);
    plan.failed(T0_MS);
    expect(plan.begin(T0_MS - 86_400_000)).toBe(true);
  });
});

describe('a batch that is refused', () => {
  it('is halved until what is refused is alone, and is whole again when that is past', () => {
    const plan = new DeliveryPlan();
    const sizes: number[] = [];
    while (plan.batchMax > 1) {
      sizes.push(plan.batchMax);
      expect(plan.begin(T0_MS)).toBe(true);
      expect(
        plan.wasRefused(
          Array.from({ length: plan.batchMax }, (_, index) => index + 1),
          T0_MS,
        ),
      ).toBe(false);
    }
    expect(sizes).toEqual([100, 50, 25, 13, 7, 4, 2]);
    for (let count = 0; count < 8; count += 1) plan.succeeded(T0_MS);
    expect(plan.batchMax).toBe(EDGE_EVENTS_PER_BATCH_MAX);
  });

  it('is given up when it is one event, and it was refused for long enough, over restarts too', () => {
    const first = new DeliveryPlan();
    first.begin(T0_MS);
    expect(first.wasRefused([7], T0_MS)).toBe(false);
    expect(first.nextTryAtMs).toBe(T0_MS + 1_000);
    const later = new DeliveryPlan(first.refused);
    // It is the one in the way, so it is tried by itself.
    expect(later.batchMax).toBe(1);
    later.begin(T0_MS + REFUSED_MS_MAX - 1);
    expect(later.wasRefused([7], T0_MS + REFUSED_MS_MAX - 1)).toBe(false);
    later.begin(later.nextTryAtMs);
    expect(later.wasRefused([7], T0_MS + REFUSED_MS_MAX)).toBe(true);
    // The next one has a time of its own.
    later.begin(later.nextTryAtMs);
    expect(later.wasRefused([8], T0_MS + REFUSED_MS_MAX)).toBe(false);
    expect(later.refused).toEqual({ sequence: 8, sinceMs: T0_MS + REFUSED_MS_MAX });
  });

  it('that was taken after all is not counted on', () => {
    const plan = new DeliveryPlan();
    plan.begin(T0_MS);
    plan.wasRefused([7], T0_MS);
    plan.begin(plan.nextTryAtMs);
    plan.succeeded(T0_MS + 1_000);
    expect(plan.refused).toBeUndefined();
  });
});
