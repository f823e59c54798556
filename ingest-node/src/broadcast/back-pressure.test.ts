import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackPressure } from './back-pressure.ts';

describe('back-pressure', () => {
  let told: string[];
  let pressure: BackPressure;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    told = [];
    pressure = new BackPressure({ onLasting: () => told.push('lasting'), onStuck: () => told.push('stuck') });
  });
  afterEach(() => {
    pressure.close();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  /** So many times: held for a while, then free for a while. */
  function rounds(count: number, heldMs: number, freeMs: number): void {
    for (let round = 0; round < count; round += 1) {
      pressure.hold();
      vi.advanceTimersByTime(heldMs);
      pressure.release();
      vi.advanceTimersByTime(freeMs);
    }
  }

  it('that comes and goes is nothing to be told, however long it does', () => {
    rounds(3_000, 50, 150);
    expect(told).toEqual([]);
  });

  it('is told within three seconds when there is no pause in it', () => {
    pressure.hold();
    vi.advanceTimersByTime(2_800);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(told).toEqual(['lasting']);
  });

  it('is told when it takes most of the time, in however small pieces', () => {
    rounds(49, 60, 40);
    expect(told).toEqual([]);
    rounds(30, 60, 40);
    expect(told).toEqual(['lasting']);
  });

  it('sets no timer into the past, where this process itself was late', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    let nowMs = 0;
    const late = new BackPressure({ onLasting: () => {}, onStuck: () => {} }, () => nowMs);
    late.hold();
    // The timer was due at 2.857 s.
    nowMs = 2_990;
    late.release();
    late.hold();
    late.close();
    expect(Math.min(...set.mock.calls.map(([, delayMs]) => delayMs ?? 0))).toBeGreaterThanOrEqual(0);
  });

  it('is forgotten when there is none for a while', () => {
    pressure.hold();
    vi.advanceTimersByTime(2_500);
    pressure.release();
    vi.advanceTimersByTime(6_000);
    pressure.hold();
    vi.advanceTimersByTime(2_500);
    pressure.release();
    expect(told).toEqual([]);
  });

  it('is the end of a transcoder that takes nothing for half a minute, and of none that takes something', () => {
    rounds(2, 29_900, 1);
    expect(told).not.toContain('stuck');
    pressure.hold();
    vi.advanceTimersByTime(20_000);
    pressure.hold();
    vi.advanceTimersByTime(10_000);
    expect(told.filter((each) => each === 'stuck')).toHaveLength(1);
  });

  it('is over when it is closed', () => {
    pressure.hold();
    pressure.close();
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });
});
