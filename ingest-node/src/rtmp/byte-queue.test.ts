import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteQueue } from './byte-queue.ts';
import { countingBytes } from './split-fixture.ts';

it('gives bytes back in order, whatever the sizes of the pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 3_000 }), fc.nat(4_000))), (steps) => {
      const queue = new ByteQueue(1_000_000);
      const into: number[] = [];
      const out: number[] = [];
      for (const [piece, takeBytes] of steps) {
        queue.append(piece);
        into.push(...piece);
        out.push(...queue.takeUpTo(takeBytes));
        expect(queue.sizeBytes).toBe(into.length - out.length);
      }
      out.push(...queue.takeUpTo(queue.sizeBytes));
      expect(out).toEqual(into);
    }),
  );
});

it('lets one look at bytes without taking them, and not at more than there are', () => {
  const queue = new ByteQueue(10);
  queue.append(Uint8Array.of(1, 2, 3));
  expect(queue.peek(4)).toBeUndefined();
  expect(queue.peek(3)).toEqual(Uint8Array.of(1, 2, 3));
  expect(queue.sizeBytes).toBe(3);
});

it('holds as much as its cap and refuses a byte more', () => {
  const queue = new ByteQueue(5_000);
  queue.append(countingBytes(5_000));
  expect(() => queue.append(Uint8Array.of(1))).toThrow('held-bytes-above-limit');
  queue.takeUpTo(1);
  queue.append(Uint8Array.of(9));
  expect(queue.takeUpTo(5_000)).toEqual(Uint8Array.of(...countingBytes(5_000).subarray(1), 9));
});
