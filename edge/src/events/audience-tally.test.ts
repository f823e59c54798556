import { describe, expect, it } from 'vitest';
import { AudienceTally, TallyRecord } from './audience-tally.ts';

const T0_MS = Date.UTC(2026, 10, 26);

describe('the audience of a broadcast, added up', () => {
  it('has its peak, how many began to watch, what all have watched, and how much media there was', () => {
    const tally = new AudienceTally();
    tally.add({ viewers: undefined, views: 2, watchedMs: 4_000, liveMs: 10_000.4 });
    tally.add({ viewers: 7, views: 9, watchedMs: 70_000.6, liveMs: 20_000 });
    tally.add({ viewers: 3, views: 11, watchedMs: 90_000, liveMs: 30_000 });
    expect(tally.totals).toEqual({ viewersPeak: 7, views: 11, viewerMs: 90_000, liveMs: 30_000 });
  });

  it('goes on after a restart, where counting begins anew and the window may be shorter', () => {
    const before = new AudienceTally();
    before.add({ viewers: 7, views: 9, watchedMs: 70_000, liveMs: 20_000 });
    const after = new AudienceTally(TallyRecord.parse(structuredClone(before.record)));
    after.add({ viewers: undefined, views: 1, watchedMs: 1_000, liveMs: 18_000 });
    after.add({ viewers: 5, views: 1, watchedMs: 3_000, liveMs: 22_000 });
    expect(after.totals).toEqual({ viewersPeak: 7, views: 10, viewerMs: 73_000, liveMs: 22_000 });
  });

  it('goes on from figures that were kept before views were counted', () => {
    const kept = TallyRecord.parse({ totals: { viewersPeak: 7, viewerMs: 73_000, liveMs: 22_000 } });
    const tally = new AudienceTally(kept);
    tally.add({ viewers: 1, views: 2, watchedMs: 1_000, liveMs: 23_000 });
    expect(tally.totals).toEqual({ viewersPeak: 7, views: 2, viewerMs: 74_000, liveMs: 23_000 });
  });

  it('is told when somebody begins to watch, then once a minute, and once more when nobody does any more', () => {
    const tally = new AudienceTally();
    const told = [0, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 1].map((viewers, index) =>
      tally.takeIsDue(viewers, T0_MS + index * 20_000),
    );
    expect(told).toEqual([false, true, false, false, true, false, false, true, false, false, false, true]);
  });

  it('is told of after the clock was set back, too', () => {
    const tally = new AudienceTally();
    expect(tally.takeIsDue(1, T0_MS)).toBe(true);
    expect(tally.takeIsDue(1, T0_MS - 3_600_000)).toBe(true);
  });
});
