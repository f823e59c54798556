import { THUMBNAIL_SLOT_MAX } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { pictureSlots, slotsOf } from './picture-slots.ts';

describe('the slots of a piece of a broadcast', () => {
  it.each([
    [{ fromMs: 0, toMs: 1 }, 0, 0],
    [{ fromMs: 0, toMs: 5_000 }, 0, 0],
    [{ fromMs: 4_999.7, toMs: 5_001.2 }, 0, 1],
    [{ fromMs: 5_000, toMs: 15_000 }, 1, 2],
    [{ fromMs: -12, toMs: 0 }, 0, 0],
    [{ fromMs: 9e12, toMs: 9e12 + 1 }, THUMBNAIL_SLOT_MAX, THUMBNAIL_SLOT_MAX],
  ])('are all that it has any of: %o', (span, firstSlot, lastSlot) => {
    expect(slotsOf(span)).toEqual({ firstSlot, lastSlot });
  });
});

describe('what a piece of a broadcast may be shown by', () => {
  it.each([
    ['one that begins with a slot', { fromMs: 10_000, toMs: 60_000 }, [2, 3, 4, 1, 0]],
    ['one that begins inside of a slot', { fromMs: 10_001, toMs: 60_000 }, [3, 4, 5, 2, 1, 0]],
    ['one that has no beginning of a slot', { fromMs: 11_000, toMs: 14_000 }, [2, 1, 0]],
    ['the first seconds', { fromMs: 1_000, toMs: 4_000 }, [0]],
    ['a time before all', { fromMs: -5_000, toMs: 1_000 }, [0]],
  ])('are slots from its beginning on, and then those before: %s', (_, span, slots) => {
    expect(pictureSlots(span)).toEqual(slots);
  });
});
