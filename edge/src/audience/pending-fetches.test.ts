import { BroadcastId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { FetchCounter } from './fetches.ts';
import { PendingFetches } from './pending-fetches.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwxoz6wtlh8p63');

function told(msn: number, segments = 1) {
  const counter = new FetchCounter(BROADCAST_ID);
  counter.fetched('v720', msn, { segments, parts: 0 });
  return counter.take();
}

describe('what isolates told', () => {
  it('covers the time since something was told first, or was passed on', () => {
    const pending = new PendingFetches();
    expect(pending.take(500)).toBeUndefined();
    pending.add(told(3), 1_000);
    expect(pending.take(3_000)).toMatchObject({
      overMs: 2_000,
      fetches: { renditions: { v720: { '3': { segments: 1 } } } },
    });
    expect(pending.take(7_000)).toMatchObject({ overMs: 4_000, fetches: { renditions: {} } });
  });

  it('is not lost when it could not be passed on', () => {
    const pending = new PendingFetches();
    pending.add(told(3), 1_000);
    const taken = pending.take(5_000);
    if (taken === undefined) throw new Error('it was told');
    pending.add(told(3, 2), 6_000);
    pending.giveBack(taken);
    expect(pending.take(9_000)).toMatchObject({
      overMs: 8_000,
      fetches: { renditions: { v720: { '3': { segments: 3 } } } },
    });
  });

  it('is added up no more often than is good for a mean, where nothing passes it on', () => {
    const pending = new PendingFetches();
    pending.add(told(3), 1_000);
    expect(pending.due(4_999)).toBeUndefined();
    expect(pending.due(5_000)).toMatchObject({ overMs: 4_000 });
  });

  it('of too many segments keeps the newest one by one, and loses none', () => {
    const counter = new FetchCounter(BROADCAST_ID);
    for (let msn = 1; msn <= 1_000; msn += 1) counter.fetched('v720', msn, { segments: 1, parts: 1 });
    counter.fetched('v720', 0, { segments: 5, parts: 0 });
    const segments = counter.take().renditions.v720 ?? {};
    expect(Object.keys(segments).length).toBe(256);
    expect(segments['1000']).toEqual({ segments: 1, parts: 1 });
    expect(segments['0']).toEqual({ segments: 5, parts: 0 });
    expect(Object.values(segments).reduce((sum, each) => sum + each.segments, 0)).toBe(1_005);
  });
});
