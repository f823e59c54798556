import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Box,
  box,
  bytes,
  type Field,
  fixed16,
  fullBox,
  i32,
  sizeBytes,
  text,
  u8,
  u16,
  u32,
  u64,
  zeros,
} from './box.ts';
import { writeBoxes } from './box-writer.ts';
import { readBoxes, viewOf } from './read-back.ts';

const hex = (boxes: readonly Box[]) => Buffer.from(writeBoxes(boxes)).toString('hex');

describe('boxes on their way into bytes', () => {
  it('begin with their size and type, and hold what they hold in order', () => {
    expect(hex([box('free', u8(0xab), u16(0x1234), box('skip'))])).toBe('0000001366726565ab123400000008736b6970');
  });

  it('write numbers big endian, in as many bytes as their name says', () => {
    const numbers = [
      u32(0xfffffffe),
      i32(-2),
      u64(2 ** 52 + 1),
      fixed16(1.5),
      text('ab'),
      zeros(2),
      bytes(Uint8Array.of(9)),
    ];
    expect(hex([box('free', ...numbers)]).slice(16)).toBe('fffffffefffffffe001000000000000100018000616200' + '0009');
  });

  it('have version and flags in front when they are full boxes', () => {
    expect(hex([fullBox('free', { version: 1, flags: 0x020028 })])).toBe('0000000c6672656501020028');
  });

  it('are as large as they say, however they are nested', () => {
    const field: fc.Arbitrary<Field> = fc.oneof(
      fc.nat(0xff).map(u8),
      fc.nat(0xffff).map(u16),
      fc.maxSafeNat().map(u64),
      fc.uint8Array({ maxLength: 40 }).map(bytes),
    );
    const { tree } = fc.letrec<{ tree: Box }>((tie) => ({
      tree: fc
        .tuple(
          fc.constantFrom('moov', 'free', 'url '),
          fc.array(fc.oneof({ depthSize: 'small' }, field, tie('tree')), { maxLength: 4 }),
        )
        .map(([type, content]) => box(type, ...content)),
    }));
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (boxes) => {
        const read = readBoxes(viewOf(writeBoxes(boxes)));
        expect(read.map(({ type, sizeBytes: size }) => [type, size])).toEqual(
          boxes.map((each) => [each.type, sizeBytes(each)]),
        );
      }),
    );
  });
});
