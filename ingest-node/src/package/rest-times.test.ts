import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PackageError } from './package-error.ts';
import { RestTimes } from './rest-times.ts';

describe('the segments in which a rendition rests', () => {
  it('are none before it is told', () => {
    const times = new RestTimes();
    expect([times.nextMade(1), times.nextMade(9)]).toEqual([1, 9]);
  });

  it('are those from an order to rest up to the next one to go on', () => {
    const times = new RestTimes();
    times.set(true, 3);
    expect([times.nextMade(1), times.nextMade(2), times.nextMade(3)]).toEqual([1, 2, undefined]);
    times.set(false, 7);
    times.set(true, 8);
    times.set(true, 10);
    times.set(false, 11);
    expect([times.nextMade(3), times.nextMade(7)]).toEqual([7, 7]);
    expect([times.nextMade(8), times.nextMade(11)]).toEqual([11, 11]);
  });

  it('are as was said last of a segment', () => {
    const times = new RestTimes();
    times.set(true, 3);
    times.set(false, 3);
    expect(times.nextMade(3)).toBe(3);
    times.set(true, 5);
    times.set(false, 6);
    times.set(true, 6);
    expect(times.nextMade(5)).toBeUndefined();
  });

  it('are told in order, and not without end', () => {
    const times = new RestTimes();
    times.set(true, 5);
    expect(() => times.set(false, 4)).toThrow(PackageError);
    const restless = () => Array.from({ length: 100 }, (_, index) => times.set(index % 2 === 1, 6 + index));
    expect(restless).toThrow(/no frame follows/);
    const same = new RestTimes();
    for (let msn = 1; msn < 1_000; msn += 1) same.set(true, msn);
    expect(same.nextMade(1)).toBeUndefined();
  });

  it('are those of a plain list', () => {
    const order = fc.record({ rests: fc.boolean(), ahead: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(order, { maxLength: 20 }), (orders) => {
        const times = new RestTimes();
        const list = new Map<number, boolean>();
        let fromMsn = 1;
        for (const { rests, ahead } of orders) {
          fromMsn += ahead;
          times.set(rests, fromMsn);
          list.set(fromMsn, rests);
        }
        const restsIn = (msn: number) => [...list].findLast(([from]) => from <= msn)?.[1] ?? false;
        const upTo = Array.from({ length: fromMsn + 2 }, (_, index) => index + 1);
        // As a cutter asks: of the segment behind the one that was made last.
        for (let msn = 1; msn <= fromMsn; ) {
          const soonest = msn;
          const made = upTo.find((each) => each >= soonest && !restsIn(each));
          expect(times.nextMade(soonest)).toBe(made);
          msn = (made ?? fromMsn) + 1;
        }
      }),
    );
  });
});
