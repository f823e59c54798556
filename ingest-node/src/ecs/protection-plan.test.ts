import { describe, expect, it } from 'vitest';
import { HAND_OVER_MIN_MAX } from '../settings.ts';
import { PROTECTION_LIMITS, ProtectionPlan } from './protection-plan.ts';

const MINUTE_MS = 60_000;
const PROTECT = { ProtectionEnabled: true, ExpiresInMinutes: 180 };
const RELEASE = { ProtectionEnabled: false };

/** Protected at 0. */
function protectedPlan(): ProtectionPlan {
  const plan = new ProtectionPlan();
  plan.held(1, 0);
  plan.poll(0);
  plan.answered('confirmed', 10);
  return plan;
}

describe('a task of ECS', () => {
  it('is protected from its first broadcast on, and asked for once', () => {
    const plan = new ProtectionPlan();
    expect([plan.poll(0), plan.deadlineMs]).toEqual([undefined, Number.POSITIVE_INFINITY]);
    plan.held(1, 5);
    expect(plan.poll(5)).toEqual(PROTECT);
    plan.held(2, 6);
    expect(plan.poll(6)).toBeUndefined();
    plan.answered('confirmed', 7);
    expect([plan.poll(8), plan.state]).toEqual([undefined, 'held']);
  });

  it('is protected anew every half an hour, for as long as it has broadcasts', () => {
    const plan = protectedPlan();
    for (const atMinutes of [30, 60, 90]) {
      expect(plan.deadlineMs).toBe(atMinutes * MINUTE_MS);
      expect(plan.poll(atMinutes * MINUTE_MS - 1)).toBeUndefined();
      expect(plan.poll(atMinutes * MINUTE_MS)).toEqual(PROTECT);
      plan.answered('confirmed', atMinutes * MINUTE_MS + 20);
    }
  });

  it('is left when nobody was there for a minute, and not at every blink', () => {
    const plan = protectedPlan();
    plan.held(0, 1_000);
    plan.held(1, 50_000);
    plan.held(0, 51_000);
    expect(plan.deadlineMs).toBe(111_000);
    expect(plan.poll(110_999)).toBeUndefined();
    expect(plan.poll(111_000)).toEqual(RELEASE);
    plan.answered('confirmed', 111_010);
    expect([plan.state, plan.deadlineMs]).toEqual(['open', Number.POSITIVE_INFINITY]);
  });

  it('is protected again at once for somebody who comes while it is being left', () => {
    const plan = protectedPlan();
    plan.held(0, 0);
    expect(plan.poll(MINUTE_MS)).toEqual(RELEASE);
    plan.held(1, MINUTE_MS + 1);
    expect(plan.poll(MINUTE_MS + 1)).toBeUndefined();
    plan.answered('confirmed', MINUTE_MS + 2);
    expect(plan.poll(MINUTE_MS + 2)).toEqual(PROTECT);
  });

  it('that is told to stop is left at once, whatever is still being finished, and never protected again', () => {
    const plan = protectedPlan();
    plan.stopping(20);
    expect(plan.poll(20)).toEqual(RELEASE);
    plan.answered('confirmed', 30);
    plan.held(2, 31);
    expect([plan.poll(31), plan.state, plan.deadlineMs]).toEqual([undefined, 'closed', Number.POSITIVE_INFINITY]);
  });

  it('that is told to stop just when it asked to be protected takes that back', () => {
    const plan = new ProtectionPlan();
    plan.held(1, 0);
    plan.poll(0);
    plan.stopping(1);
    expect(plan.poll(1)).toBeUndefined();
    plan.answered('confirmed', 2);
    expect(plan.poll(2)).toEqual(RELEASE);
  });

  it('that has held up a deployment for long enough is left with its broadcasts, and is not protected for further ones', () => {
    const plan = protectedPlan();
    plan.yielding(20);
    expect(plan.poll(20)).toEqual(RELEASE);
    plan.answered('confirmed', 30);
    plan.held(2, 31);
    expect([plan.poll(31), plan.state]).toEqual([undefined, 'open']);
    plan.stopping(40);
    expect([plan.poll(40), plan.state]).toEqual([undefined, 'closed']);
  });

  it('whose deployment was taken back is protected again', () => {
    const plan = protectedPlan();
    plan.yielding(20);
    plan.poll(20);
    plan.staying(25);
    expect(plan.poll(25)).toBeUndefined();
    plan.answered('confirmed', 30);
    expect(plan.poll(30)).toEqual(PROTECT);
  });

  it('that never had a broadcast stops without a word', () => {
    const plan = new ProtectionPlan();
    plan.stopping(0);
    expect([plan.poll(0), plan.state]).toEqual([undefined, 'closed']);
  });
});

describe('an ECS that does not do it', () => {
  it('is asked again, ever more rarely, down to once a minute', () => {
    const plan = new ProtectionPlan();
    plan.held(1, 0);
    const waitsMs: number[] = [];
    let nowMs = 0;
    for (let tries = 0; tries < 9; tries += 1) {
      expect(plan.poll(nowMs)).toEqual(PROTECT);
      plan.answered('refused', nowMs);
      waitsMs.push(plan.deadlineMs - nowMs);
      expect(plan.poll(plan.deadlineMs - 1)).toBeUndefined();
      nowMs = plan.deadlineMs;
    }
    expect(waitsMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('is asked at once for the first broadcast after a pause', () => {
    const plan = new ProtectionPlan();
    plan.held(1, 0);
    for (const atMs of [0, 1_000, 3_000, 7_000]) {
      expect(plan.poll(atMs)).toEqual(PROTECT);
      plan.answered('refused', atMs);
    }
    plan.held(0, 7_001);
    expect(plan.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    plan.held(1, 7_002);
    expect(plan.poll(7_002)).toEqual(PROTECT);
  });

  it('may have done what it did not answer: that is asked for again, and taken back', () => {
    const plan = new ProtectionPlan();
    plan.held(1, 0);
    plan.poll(0);
    plan.answered('unanswered', 5_000);
    expect([plan.deadlineMs, plan.poll(6_000)]).toEqual([6_000, PROTECT]);
    plan.answered('unanswered', 7_000);
    plan.held(0, 7_500);
    expect([plan.deadlineMs, plan.poll(67_500)]).toEqual([67_500, RELEASE]);
  });

  it('may refuse it for as long as a deployment waits for a node: no task goes before its time', () => {
    const { expiresInMinutes, renewAfterMs } = PROTECTION_LIMITS;
    expect(expiresInMinutes - renewAfterMs / MINUTE_MS).toBeGreaterThanOrEqual(HAND_OVER_MIN_MAX);
  });

  it('has two hours and a half to renew before the protection is over, and is then asked as at first', () => {
    const plan = protectedPlan();
    let tries = 0;
    for (let nowMs = plan.deadlineMs; nowMs < 180 * MINUTE_MS; nowMs = plan.deadlineMs) {
      expect(plan.poll(nowMs)).toEqual(PROTECT);
      expect(plan.state).toBe('renewing');
      plan.answered('refused', nowMs);
      tries += 1;
    }
    expect(tries).toBeGreaterThan(150);
    plan.poll(180 * MINUTE_MS);
    expect(plan.state).not.toBe('held');
  });

  it('is asked again to leave the task, too', () => {
    const plan = protectedPlan();
    plan.held(0, 0);
    expect(plan.poll(MINUTE_MS)).toEqual(RELEASE);
    plan.answered('refused', MINUTE_MS);
    expect([plan.deadlineMs, plan.poll(MINUTE_MS + 1_000)]).toEqual([MINUTE_MS + 1_000, RELEASE]);
  });
});
