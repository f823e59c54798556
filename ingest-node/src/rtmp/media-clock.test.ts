import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MediaClock } from './media-clock.ts';

const unwrap = (...times: number[]): number[] => {
  const clock = new MediaClock();
  return times.map((timeMs) => clock.unwrapMs(timeMs));
};

it('leaves the first times as they came', () => {
  expect(unwrap(0xfffffff0, 0xfffffffa)).toEqual([4_294_967_280, 4_294_967_290]);
});

it('goes on over the wrap, back over it, and over it many times', () => {
  expect(unwrap(0xfffffff0, 0x10, 0xfffffff8, 0x20)).toEqual([
    4_294_967_280, 4_294_967_312, 4_294_967_288, 4_294_967_328,
  ]);
  const round = [0, 0x40000000, 0x80000000 - 1, 0xc0000000 - 2];
  expect(unwrap(...round, ...round).at(-1)).toBe(2 ** 32 + 0xc0000000 - 2);
});

it('takes a jump of less than half a round as it came, either way', () => {
  expect(unwrap(5_000, 1_000, 3_600_000)).toEqual([5_000, 1_000, 3_600_000]);
});

it('never changes what a time is modulo 2^32', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffffffff)), (times) => {
      const wrapped = unwrap(...times).map((timeMs) => ((timeMs % 2 ** 32) + 2 ** 32) % 2 ** 32);
      expect(wrapped).toEqual(times);
    }),
  );
});
