import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter, utf8Bytes } from './byte-writer.ts';

it('reads what was written', () => {
  const u = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
  fc.assert(
    fc.property(u(8), u(16), u(24), u(32), fc.double(), fc.string({ unit: 'grapheme' }), (a, b, c, d, e, text) => {
      const textBytes = utf8Bytes(text);
      const bytes = new ByteWriter().u8(a).u16(b).u24(c).u32(d).f64(e).u16(textBytes.length).bytes(textBytes).take();
      const from = new ByteReader(bytes, 'amf-truncated');
      expect([from.u8(), from.u16(), from.u24(), from.u32(), from.f64()]).toEqual([a, b, c, d, e]);
      expect(from.utf8(from.u16())).toBe(text);
      expect(from.remainingBytes).toBe(0);
    }),
  );
});

it('reads signed numbers', () => {
  const from = new ByteReader(
    Uint8Array.of(0xff, 0xff, 0xff, 0x80, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xfe),
    'tag-truncated',
  );
  expect([from.i24(), from.i24(), from.i24(), from.i16()]).toEqual([-1, -8_388_608, 8_388_607, -2]);
});

it('reads up to the last byte and not beyond, with its own code', () => {
  const from = new ByteReader(Uint8Array.of(1, 2, 3), 'tag-truncated');
  expect(from.u24()).toBe(0x010203);
  expect(() => from.u8()).toThrow('tag-truncated');
});

it('reads from the middle of a larger buffer', () => {
  expect(new ByteReader(Uint8Array.of(9, 9, 0x01, 0x02).subarray(2), 'tag-truncated').u16()).toBe(0x0102);
});

it('turns broken UTF-8 into a replacement and does not throw', () => {
  expect(new ByteReader(Uint8Array.of(0x61, 0xff, 0x62), 'amf-truncated').utf8(3)).toBe('a\u{fffd}b');
});

it('writes each kind of number across the end of its first buffer', () => {
  // A writer begins with 256 bytes; from 249 on, every kind has to make it grow in its middle.
  for (let before = 248; before <= 256; before++) {
    const writer = () => new ByteWriter().bytes(new Uint8Array(before));
    const written = [
      writer().u8(1),
      writer().u16(1),
      writer().i16(1),
      writer().u24(1),
      writer().u32(1),
      writer().u32LittleEndian(0x01000000),
      writer().f64(5e-324),
      writer().bytes(Uint8Array.of(0, 1)),
    ].map((to) => to.take());
    expect(written.map((bytes) => bytes.length - before)).toEqual([1, 2, 2, 3, 4, 4, 8, 2]);
    for (const bytes of written) expect(bytes.at(-1)).toBe(1);
  }
});

it('writes the message stream id the other way round, as RTMP has it', () => {
  expect(new ByteWriter().u32LittleEndian(0x01020304).take()).toEqual(Uint8Array.of(4, 3, 2, 1));
});
