import { describe, expect, it } from 'vitest';
import { panned, shareOf, ticksOf, viewedSpan, zoomed } from './timeline-view.ts';

const WHOLE = { fromMs: 0, toMs: 3_600_000 };
const SPAN_MS = 600_000;

describe('what of a broadcast is seen', () => {
  it('goes along with the live edge', () => {
    expect(viewedSpan({ spanMs: SPAN_MS }, WHOLE)).toEqual({ fromMs: 3_000_000, toMs: 3_600_000 });
    expect(viewedSpan({ spanMs: undefined }, WHOLE)).toEqual(WHOLE);
    expect(viewedSpan({ spanMs: SPAN_MS }, { fromMs: 0, toMs: 5_000 })).toEqual({ fromMs: 0, toMs: 5_000 });
  });

  it('is around a moment, and stays at the live edge where that is near', () => {
    expect(zoomed(SPAN_MS, 1_000_000, WHOLE)).toEqual({ spanMs: SPAN_MS, endMs: 1_300_000 });
    expect(zoomed(SPAN_MS, 3_500_000, WHOLE)).toEqual({ spanMs: SPAN_MS });
    expect(viewedSpan(zoomed(SPAN_MS, 1_000, WHOLE), WHOLE)).toEqual({ fromMs: 0, toMs: SPAN_MS });
  });

  it('goes back and forth by half of it, to the ends', () => {
    const back = panned({ spanMs: SPAN_MS }, -1, WHOLE);
    expect(viewedSpan(back, WHOLE)).toEqual({ fromMs: 2_700_000, toMs: 3_300_000 });
    expect(panned(back, 1, WHOLE)).toEqual({ spanMs: SPAN_MS });
    expect(panned({ spanMs: SPAN_MS, endMs: SPAN_MS }, -1, WHOLE)).toEqual({ spanMs: SPAN_MS, endMs: SPAN_MS });
  });

  it('has round times below it', () => {
    expect(ticksOf({ fromMs: 1_000, toMs: 121_000 }, 6, 0)).toEqual([30_000, 60_000, 90_000, 120_000]);
    expect(ticksOf({ fromMs: 0, toMs: 7_200_000 }, 2, 30 * 60_000)).toEqual([1_800_000, 5_400_000]);
  });

  it('knows how far into it a moment is', () => {
    expect([shareOf(900_000, WHOLE), shareOf(0, { fromMs: 5, toMs: 5 })]).toEqual([0.25, 0]);
  });
});
