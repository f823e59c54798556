import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMF_DEPTH_MAX, AMF_VALUES_MAX, type AmfValue, amfMembers, amfObject } from './amf-value.ts';
import { Amf0Reader } from './amf0-reader.ts';
import { writeAmf0 } from './amf0-writer.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { RtmpError } from './rtmp-error.ts';

function readAll(bytes: Uint8Array | readonly number[]): AmfValue[] {
  return new Amf0Reader(new ByteReader(Uint8Array.from(bytes), 'amf-truncated')).readAll();
}

const names = fc.string({ minLength: 1, maxLength: 20 });
const { value: amfValues } = fc.letrec<{ value: AmfValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(undefined, null, true, false),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.record({ kind: fc.constant('date' as const), epochMs: fc.double({ noNaN: true }) }),
    fc.record({ kind: fc.constant('xml' as const), text: fc.string() }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.record({ kind: fc.constant('object' as const), className: fc.string(), members: members(tie('value')) }),
    fc.record({ kind: fc.constant('ecma-array' as const), members: members(tie('value')) }),
  ),
}));

function members(value: fc.Arbitrary<AmfValue>): fc.Arbitrary<ReadonlyMap<string, AmfValue>> {
  return fc.array(fc.tuple(names, value), { maxLength: 4 }).map((entries) => new Map(entries));
}

describe('round trip', () => {
  it('reads any values that were written', () => {
    fc.assert(
      fc.property(fc.array(amfValues, { maxLength: 5 }), (values) => {
        expect(readAll(writeAmf0(...values))).toEqual(values);
      }),
    );
  });

  it('writes long strings as such', () => {
    for (const length of [65_535, 65_536]) {
      const text = 'x'.repeat(length);
      const bytes = writeAmf0(text);
      expect(bytes[0]).toBe(length === 65_535 ? 0x02 : 0x0c);
      expect(readAll(bytes)).toEqual([text]);
    }
  });

  it('does not write what AMF0 cannot say', () => {
    expect(() => writeAmf0({ kind: 'bytes', bytes: Uint8Array.of(1) })).toThrow('amf-unwritable');
    expect(() => writeAmf0(amfObject({ ['x'.repeat(65_536)]: 1 }))).toThrow('amf-unwritable');
  });
});

describe('reading', () => {
  it('takes the end marker and not the count of an ECMA array', () => {
    // Count 0 and count 4 billion, with one member each.
    for (const count of [0, 0xffffffff]) {
      const bytes = new ByteWriter().u8(8).u32(count).u16(1).u8(0x61).u8(5).u16(0).u8(9).take();
      expect(amfMembers(readAll(bytes)[0])).toEqual(new Map([['a', null]]));
    }
  });

  it('forgives an end marker that is missing at the very end, but not after nothing', () => {
    expect(amfMembers(readAll([3, 0, 1, 0x61, 5])[0])).toEqual(new Map([['a', null]]));
    expect(() => readAll([3])).toThrow('amf-truncated');
  });

  it('takes "unsupported" for undefined', () => {
    expect(readAll([0x0d])).toEqual([undefined]);
  });

  it('refuses markers that nobody sends', () => {
    for (const marker of [0x04, 0x0e, 0x12, 0xff]) expect(() => readAll([marker])).toThrow('amf-marker-unknown');
  });

  it('refuses values that are cut short', () => {
    const whole = writeAmf0('onMetaData', 1, true, amfObject({ width: 1_280, encoder: 'x' }), [1, 2]);
    const boundaries = new Set<number>();
    for (let sizeBytes = 0; sizeBytes < whole.length; sizeBytes++) {
      try {
        readAll(whole.subarray(0, sizeBytes));
        boundaries.add(sizeBytes);
      } catch (error) {
        expect(error).toMatchObject({ name: 'RtmpError', code: 'amf-truncated' });
      }
    }
    // Between two values; and at 41 and 54 within the object, where only its end marker is missing.
    expect([...boundaries]).toEqual([0, 13, 22, 24, 41, 54, 57]);
  });
});

describe('references', () => {
  it('gives the value that was read before', () => {
    const first = writeAmf0(amfObject({ a: 1 }));
    const [value, same] = readAll([...first, 0x07, 0, 0]);
    expect(same).toBe(value);
  });

  it('counts objects and arrays, in the order in which they begin', () => {
    const outer = writeAmf0([amfObject({ inner: true })]);
    const [array, object] = readAll([...outer, 0x07, 0, 1]);
    expect(Array.isArray(array) && array[0]).toBe(object);
  });

  it('refuses an index that is not yet given', () => {
    expect(() => readAll([0x07, 0, 0])).toThrow('amf-reference-invalid');
  });

  it('refuses a value within itself', () => {
    // An object whose member `a` is reference 0: the object itself.
    expect(() => readAll([3, 0, 1, 0x61, 0x07, 0, 0, 0, 0, 9])).toThrow('amf-reference-invalid');
    expect(() => readAll([0x0a, 0, 0, 0, 1, 0x07, 0, 0])).toThrow('amf-reference-invalid');
  });
});

describe('bombs', () => {
  const nested = (depth: number) => Array.from({ length: depth }, () => [0x0a, 0, 0, 0, 1]).flat();

  it('reads as deep as the limit and not deeper', () => {
    expect(readAll([...nested(AMF_DEPTH_MAX - 1), 0x05])).toHaveLength(1);
    expect(() => readAll([...nested(AMF_DEPTH_MAX), 0x05])).toThrow('amf-too-deep');
    expect(() => readAll(nested(100_000))).toThrow('amf-too-deep');
  });

  it('reads as many values as the limit and not more', () => {
    const nulls = (count: number) => new Uint8Array(count).fill(0x05);
    expect(readAll(nulls(AMF_VALUES_MAX))).toHaveLength(AMF_VALUES_MAX);
    expect(() => readAll(nulls(AMF_VALUES_MAX + 1))).toThrow('amf-too-many-values');
  });

  it('believes no count', () => {
    expect(() => readAll([0x0a, 0xff, 0xff, 0xff, 0xff, 0x05])).toThrow('amf-truncated');
    expect(() => readAll([0x0c, 0xff, 0xff, 0xff, 0xff, 0x05])).toThrow('amf-truncated');
  });

  it('throws RtmpError and nothing else, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          readAll(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RtmpError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('survives one wrong byte anywhere in a good message', () => {
    fc.assert(
      fc.property(fc.array(amfValues, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(255), (values, at, byte) => {
        const bytes = writeAmf0(...values);
        bytes[at % bytes.length] = byte;
        try {
          readAll(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RtmpError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
