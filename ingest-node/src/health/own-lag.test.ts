import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OwnLag } from './own-lag.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('our own lag', () => {
  it('is nothing while each tick comes in time', () => {
    const lag = new OwnLag();
    vi.advanceTimersByTime(1_000);
    expect(lag.takeMs()).toBe(0);
    lag.close();
  });

  it('is as long as the ticks have been held up, told once, and also while that lasts', () => {
    const lag = new OwnLag();
    vi.advanceTimersByTime(100);
    const ticked = performance.now();
    // The clock goes on, and no timer is called.
    vi.spyOn(performance, 'now').mockReturnValue(ticked + 170);
    expect(lag.takeMs()).toBe(150);
    expect(lag.takeMs()).toBe(0);
    vi.restoreAllMocks();
    lag.close();
  });

  it('has no timer left when it is closed', () => {
    const lag = new OwnLag();
    lag.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
