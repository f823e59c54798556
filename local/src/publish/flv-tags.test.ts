import { expect, it } from 'vitest';
import { flvPieces, isMediaTag, movedTag } from './flv-tags.ts';

const FILE_HEADER = Buffer.from('464c5601050000000900000000', 'hex');

/** A tag of this type, its time being the lower and the upper bytes that FLV keeps apart. */
function tag(type: number, timeMs: number, payload: readonly number[]): Buffer {
  const head = Buffer.alloc(11);
  head.writeUInt8(type, 0);
  head.writeUIntBE(payload.length, 1, 3);
  head.writeUIntBE(timeMs % 2 ** 24, 4, 3);
  head.writeUInt8(Math.floor(timeMs / 2 ** 24), 7);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(11 + payload.length);
  return Buffer.concat([head, Buffer.from(payload), size]);
}

it('splits a file into its header and its tags, and tells media from the rest', () => {
  const pieces = [FILE_HEADER, tag(18, 0, [2]), tag(9, 40, [0x17, 1, 2, 3]), tag(8, 41, [])];
  expect(flvPieces(Buffer.concat(pieces))).toEqual(pieces);
  expect(pieces.map(isMediaTag)).toEqual([false, false, true, true]);
});

it('moves a time over the edge of 24 bits, below zero and round', () => {
  expect(movedTag(tag(9, 2 ** 24 - 10, [1]), 20)).toEqual(tag(9, 2 ** 24 + 10, [1]));
  expect(movedTag(tag(9, 1_000, [1]), -3_000)).toEqual(tag(9, 2 ** 32 - 2_000, [1]));
  expect(movedTag(tag(9, 2 ** 32 - 5, [1]), 10)).toEqual(tag(9, 5, [1]));
});
