import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMF_DEPTH_MAX, AMF_VALUES_MAX, type AmfValue } from './amf-value.ts';
import { Amf0Reader } from './amf0-reader.ts';
import { Amf3Reader } from './amf3-reader.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter, utf8Bytes } from './byte-writer.ts';
import { RtmpError } from './rtmp-error.ts';

function read(bytes: Iterable<number>): AmfValue {
  const from = new ByteReader(Uint8Array.from(bytes), 'amf-truncated');
  const value = new Amf3Reader(from).read();
  expect(from.remainingBytes).toBe(0);
  return value;
}

/** AMF 3 §1.3.1. */
function u29(value: number): number[] {
  if (value < 0x80) return [value];
  if (value < 0x4000) return [(value >> 7) | 0x80, value & 0x7f];
  if (value < 0x20_0000) return [(value >> 14) | 0x80, ((value >> 7) & 0x7f) | 0x80, value & 0x7f];
  return [(value >> 22) | 0x80, ((value >> 15) & 0x7f) | 0x80, ((value >> 8) & 0x7f) | 0x80, value & 0xff];
}

const text = (value: string): number[] => [...u29(utf8Bytes(value).length * 2 + 1), ...utf8Bytes(value)];
const double = (value: number): number[] => [...new ByteWriter().f64(value).take()];

describe('plain values', () => {
  it.each<[string, number[], AmfValue]>([
    ['undefined', [0], undefined],
    ['null', [1], null],
    ['false', [2], false],
    ['true', [3], true],
    ['a double', [5, ...double(29.97)], 29.97],
    ['a string', [6, ...text('live ✓')], 'live ✓'],
    ['an empty string', [6, 1], ''],
    ['a date', [8, 1, ...double(1_000)], { kind: 'date', epochMs: 1_000 }],
    ['an XML document', [7, ...text('<a/>')], { kind: 'xml', text: '<a/>' }],
    ['XML', [0x0b, ...text('<b/>')], { kind: 'xml', text: '<b/>' }],
    ['bytes', [0x0c, 5, 7, 8], { kind: 'bytes', bytes: Uint8Array.of(7, 8) }],
    ['a dense array', [9, 5, 1, 3, 2], [true, false]],
    [
      'an array with names',
      [9, 3, ...text('a'), 3, 1, 2],
      {
        kind: 'ecma-array',
        members: new Map<string, AmfValue>([
          ['a', true],
          ['0', false],
        ]),
      },
    ],
    ['integers', [0x0d, 5, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1], [-1, 1]],
    ['unsigned integers', [0x0e, 3, 0, 0xff, 0xff, 0xff, 0xff], [4_294_967_295]],
    ['doubles', [0x0f, 3, 0, ...double(0.5)], [0.5]],
    ['a vector of objects', [0x10, 3, 0, ...text('Shape'), 3], [true]],
    [
      'a dictionary, without the keys that are objects',
      [0x11, 5, 0, 6, ...text('k'), 3, 9, 1, 1, 2],
      { kind: 'ecma-array', members: new Map([['k', true]]) },
    ],
  ])('reads %s', (_name, bytes, value) => {
    expect(read(bytes)).toEqual(value);
  });

  it('reads integers of each length, up to both ends', () => {
    const integer = (value: number) => read([4, ...u29(value & 0x1fffffff)]);
    for (const value of [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, -1, -268_435_456]) {
      expect(integer(value)).toBe(value);
    }
    fc.assert(
      fc.property(fc.integer({ min: -268_435_456, max: 268_435_455 }), (value) => {
        expect(integer(value)).toBe(value);
      }),
    );
  });
});

describe('objects', () => {
  /** One sealed member, dynamic ones behind it. */
  const traits = [(1 << 4) | 0b1011, ...text('Clip'), ...text('a')];

  it('reads sealed and dynamic members', () => {
    expect(read([0x0a, ...traits, 3, ...text('b'), 4, 9, 1])).toEqual({
      kind: 'object',
      className: 'Clip',
      members: new Map<string, AmfValue>([
        ['a', true],
        ['b', 9],
      ]),
    });
  });

  it('takes traits and names from before', () => {
    const first = [0x0a, ...traits, 3, 1];
    // 0b01: inline object, traits by reference 0. The name `a` is string reference 1, in the dynamic part.
    const second = [0x0a, 0b0001, 2, 0b10, 1, 1];
    const [, value] = arrayOf(read([9, 5, 1, ...first, ...second]));
    expect(value).toEqual({ kind: 'object', className: 'Clip', members: new Map([['a', null]]) });
  });

  it('looks through the two wrappers that Flex puts around things', () => {
    expect(read([0x0a, 0b0111, ...text('flex.messaging.io.ArrayCollection'), 9, 3, 1, 3])).toEqual([true]);
  });

  it('refuses other classes that write themselves', () => {
    expect(() => read([0x0a, 0b0111, ...text('Secret'), 1])).toThrow('amf-marker-unknown');
  });
});

describe('references', () => {
  it('gives strings and values that were read before', () => {
    expect(read([9, 7, 1, 6, ...text('x'), 6, 0, 6, 1])).toEqual(['x', 'x', '']);
    const [first, second] = arrayOf(read([9, 5, 1, 9, 1, 1, 9, 2]));
    expect(second).toBe(first);
  });

  it('refuses what is not there yet, and a value within itself', () => {
    expect(() => read([6, 0])).toThrow('amf-reference-invalid');
    expect(() => read([9, 2])).toThrow('amf-reference-invalid');
    expect(() => read([9, 3, 1, 9, 0])).toThrow('amf-reference-invalid');
    expect(() => read([0x0a, 1])).toThrow('amf-reference-invalid');
  });
});

describe('bombs', () => {
  const nested = (depth: number) => Array.from({ length: depth }, () => [9, 3, 1]).flat();

  it('reads as deep as the limit and not deeper', () => {
    expect(read([...nested(AMF_DEPTH_MAX - 1), 1])).toHaveLength(1);
    expect(() => read([...nested(AMF_DEPTH_MAX), 1])).toThrow('amf-too-deep');
  });

  it('counts AMF3 within AMF0 against the same limit', () => {
    const within = (depth: number) => [0x11, ...nested(depth), 1];
    const from = (bytes: number[]) => new Amf0Reader(new ByteReader(Uint8Array.from(bytes), 'amf-truncated')).readAll();
    expect(from(within(AMF_DEPTH_MAX - 2))).toHaveLength(1);
    expect(() => from(within(AMF_DEPTH_MAX - 1))).toThrow('amf-too-deep');
    const nulls = Array.from({ length: AMF_VALUES_MAX / 2 }, () => [0x11, 1]).flat();
    expect(from(nulls)).toHaveLength(AMF_VALUES_MAX / 2);
    expect(() => from([...nulls, 0x05])).toThrow('amf-too-many-values');
  });

  it('believes no count', () => {
    const manyOf = [0xff, 0xff, 0xff, 0xff];
    for (const marker of [9, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 6]) {
      expect(() => read([marker, ...manyOf, 1])).toThrow('amf-truncated');
    }
    // Bytes that would be a hundred thousand names of a class, each empty.
    const names = new Uint8Array(100_000).fill(1);
    expect(() => read([0x0a, 0xff, 0xff, 0xff, 0xfb, ...names])).toThrow('amf-too-many-values');
    expect(() => read([0x0d, ...manyOf, ...names])).toThrow('amf-too-many-values');
  });

  it('throws RtmpError and nothing else, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          new Amf3Reader(new ByteReader(bytes, 'amf-truncated')).read();
        } catch (error) {
          expect(error).toBeInstanceOf(RtmpError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

function arrayOf(value: AmfValue): readonly AmfValue[] {
  if (!Array.isArray(value)) throw new Error('not an array');
  return value;
}
