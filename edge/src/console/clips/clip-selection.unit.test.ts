import { describe, expect, it } from 'vitest';
import { dragged, nudged, type Span, spanFault, withEnd, withStart } from './clip-selection.ts';

const HOUR_MS = 3_600_000;
/** Three hours. */
const WHOLE: Span = { fromMs: 1_000_000, toMs: 1_000_000 + 3 * HOUR_MS };
const span = (fromS: number, toS: number): Span => ({
  fromMs: WHOLE.fromMs + fromS * 1_000,
  toMs: WHOLE.fromMs + toS * 1_000,
});
const at = (s: number) => WHOLE.fromMs + s * 1_000;

describe('a piece of a broadcast', () => {
  it('is chosen by dragging, either way', () => {
    expect(dragged(at(10), at(33), WHOLE)).toEqual(span(10, 33));
    expect(dragged(at(33), at(10), WHOLE)).toEqual(span(10, 33));
  });

  it('ends where the broadcast does, and after an hour', () => {
    expect(dragged(at(-5), at(20), WHOLE)).toEqual(span(0, 20));
    expect(dragged(at(20), at(-5), WHOLE)).toEqual(span(0, 20));
    expect(dragged(at(10), at(2 * 3_600), WHOLE)).toEqual(span(10, 3_610));
    expect(dragged(at(2 * 3_600), at(10), WHOLE)).toEqual(span(3_600, 7_200));
  });

  it('is chosen by its start and its end, one after the other', () => {
    const begun = withStart(undefined, at(100), WHOLE);
    expect(begun).toEqual(span(100, 110));
    expect(withEnd(begun, at(123), WHOLE)).toEqual(span(100, 123));
    expect(withEnd(undefined, at(123), WHOLE)).toEqual(span(113, 123));
  });

  it('keeps its start before its end', () => {
    expect(withStart(span(10, 20), at(50), WHOLE)).toEqual(span(50, 60));
    expect(withEnd(span(10, 20), at(5), WHOLE)).toEqual(span(0, 5));
    expect(withStart(span(10, 20), WHOLE.toMs + 5, WHOLE).toMs).toBe(WHOLE.toMs);
    expect(withEnd(span(10, 20), at(-50), WHOLE)).toEqual(span(0, 1));
  });

  it('has ends that move, and do not pass each other', () => {
    expect(nudged(span(10, 20), 'from', 1_000, WHOLE)).toEqual(span(11, 20));
    expect(nudged(span(10, 20), 'from', 60_000, WHOLE)).toEqual(span(19, 20));
    expect(nudged(span(10, 20), 'to', -60_000, WHOLE)).toEqual(span(10, 11));
    expect(nudged(span(10, 20), 'from', -60_000, WHOLE)).toEqual(span(0, 20));
    expect(nudged(span(10, 3_600), 'to', 60_000, WHOLE)).toEqual(span(10, 3_610));
  });

  it('says why it cannot be a clip', () => {
    expect(spanFault(span(10, 10.5))).toBe('A clip lasts at least 1 second.');
    expect(spanFault(span(10, 11))).toBeUndefined();
    expect(spanFault(span(0, 3_600))).toBeUndefined();
    expect(spanFault(span(0, 3_601))).toBe('A clip lasts at most 60 minutes.');
  });
});
