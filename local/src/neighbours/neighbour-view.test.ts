import { describe, expect, it } from 'vitest';
import { neighbourView } from './neighbour-view.ts';

const OPTIONS = { usual: { fromMs: 0, untilMs: 1_000 }, span: { fromMs: 1_000, untilMs: 3_000 } };

/** A part that ended then, and came so much later. */
function part(endedAtMs: number, delayMs: number) {
  return { endedAtMs, receivedAtMs: endedAtMs + delayMs };
}

describe('what a client saw of a neighbour', () => {
  it('is how much later than usual parts came, and the longest wait for one', () => {
    const parts = [part(500, 100), part(1_000, 100), part(1_500, 400), part(2_000, 100), part(2_500, 100)];
    const view = neighbourView(parts, { ...OPTIONS, holdBackMs: 1_500 });
    expect(view.lateMs).toMatchObject({ count: 4, p50: 0, max: 300 });
    expect([view.longestGapMs, view.stallCount]).toEqual([800, 0]);
  });

  it('counts a run of parts that came too late as one stall', () => {
    const parts = [part(500, -200), part(1_000, 100), part(1_100, 900), part(1_200, 800), part(2_100, 100)];
    expect(neighbourView([...parts, part(2_200, 600)], { ...OPTIONS, holdBackMs: 700 }).stallCount).toBe(2);
  });

  it('counts the wait up to the end of the span, and a span without a part', () => {
    const options = { ...OPTIONS, holdBackMs: 500 };
    expect(neighbourView([part(500, 0), part(1_100, 0)], options).longestGapMs).toBe(1_900);
    expect(neighbourView([], options).longestGapMs).toBe(2_000);
  });
});
