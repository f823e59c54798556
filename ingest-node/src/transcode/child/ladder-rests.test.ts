import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LadderRests } from './ladder-rests.ts';

const FRAMES = 4;
const ALL = [0, 1, 2, 3];

function shown(rests: LadderRests, slot: number): number[] {
  rests.begin(slot);
  return ALL.filter((rung) => rests.isResting(rung));
}

describe('the rungs that rest', () => {
  it('are none before an order, and each is scaled from the one above it', () => {
    const rests = new LadderRests({ rungCount: 4, framesPerSegment: FRAMES });
    expect(shown(rests, 0)).toEqual([]);
    expect(rests.scaledFrom).toEqual([0, 0, 1, 2]);
  });

  it.each([
    [0, 1, 0],
    [1, 2, 4],
    [3, 2, 4],
    [4, 2, 4],
    [5, 3, 8],
  ])('change with the first segment on of which nothing was shown: slot %d is due', (dueSlot, msn, fromSlot) => {
    const rests = new LadderRests({ rungCount: 4, framesPerSegment: FRAMES });
    expect(rests.order(new Set([1]), dueSlot)).toBe(msn);
    for (let slot = dueSlot; slot < 12; slot += 1) expect(shown(rests, slot)).toEqual(slot < fromSlot ? [] : [1]);
  });

  it('are those of the last order before the segment', () => {
    const rests = new LadderRests({ rungCount: 4, framesPerSegment: FRAMES });
    expect(rests.order(new Set([0, 1]), 1)).toBe(2);
    expect(rests.order(new Set([1]), 2)).toBe(2);
    expect(shown(rests, 3)).toEqual([]);
    expect(shown(rests, 4)).toEqual([1]);
    expect(rests.order(new Set([2]), 5)).toBe(3);
    expect(rests.order(new Set(), 6)).toBe(3);
    expect([shown(rests, 7), shown(rests, 8)]).toEqual([[1], []]);
  });

  it.each([
    [[1], [0, 0, 0, 2]],
    [
      [1, 2],
      [0, 0, 0, 0],
    ],
    [
      [0, 2],
      [0, 0, 1, 1],
    ],
  ])('are passed over where smaller ones are scaled: %j', (resting, scaledFrom) => {
    const rests = new LadderRests({ rungCount: 4, framesPerSegment: FRAMES });
    rests.order(new Set(resting), 0);
    expect(rests.scaledFrom).toEqual([0, 0, 1, 2]);
    rests.begin(0);
    expect(rests.scaledFrom).toEqual(scaledFrom);
  });

  it('are the same through a whole segment, whatever is ordered when', () => {
    const order = fc.record({ slot: fc.nat(40), resting: fc.uniqueArray(fc.constantFrom(...ALL)) });
    fc.assert(
      fc.property(fc.array(order), (orders) => {
        const rests = new LadderRests({ rungCount: 4, framesPerSegment: FRAMES });
        const bySlot: string[] = [];
        for (let slot = 0; slot <= 44; slot += 1) {
          const given = orders.filter((each) => each.slot === slot);
          for (const { resting } of given) rests.order(new Set(resting), slot);
          bySlot.push(shown(rests, slot).join());
        }
        for (const [slot, now] of bySlot.entries()) {
          expect(now).toBe(bySlot[slot - (slot % FRAMES)]);
          // What was ordered last before the segment, or with its first slot.
          const last = orders
            .filter((each) => each.slot <= slot - (slot % FRAMES))
            .reduce<(typeof orders)[number] | undefined>(
              (a, b) => (a === undefined || b.slot >= a.slot ? b : a),
              undefined,
            );
          expect(now).toBe([...(last?.resting ?? [])].sort().join());
        }
      }),
    );
  });
});
