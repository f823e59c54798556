import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HandoverWatch } from './handover-watch.ts';

describe('a publisher for whose channel a backup waits on another node', () => {
  let isSilent: boolean;
  let handoverCount: number;
  let watch: HandoverWatch;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    isSilent = false;
    handoverCount = 0;
    watch = new HandoverWatch({
      isSilent: () => isSilent,
      onHandover: () => {
        handoverCount += 1;
      },
    });
  });
  afterEach(() => {
    watch.close();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('loses it when it falls silent, and not before', () => {
    for (let announcement = 0; announcement < 5; announcement += 1) watch.onStandby(true);
    vi.advanceTimersByTime(10_000);
    expect(handoverCount).toBe(0);
    isSilent = true;
    vi.advanceTimersByTime(200);
    expect(handoverCount).toBe(1);
  });

  it('keeps it when the backup has gone', () => {
    watch.onStandby(true);
    watch.onStandby(false);
    isSilent = true;
    vi.advanceTimersByTime(1_000);
    expect(handoverCount).toBe(0);
    watch.onStandby(true);
    vi.advanceTimersByTime(200);
    expect(handoverCount).toBe(1);
  });

  it('is not watched once its broadcast ends, whatever the edge still says', () => {
    watch.onStandby(true);
    watch.close();
    expect(vi.getTimerCount()).toBe(0);
    watch.onStandby(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
