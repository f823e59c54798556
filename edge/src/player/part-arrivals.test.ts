import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArrivedPart, PartArrivals } from './part-arrivals.ts';

function box(type: string, bodyBytes: number): number[] {
  const bytes = new Array<number>(8 + bodyBytes).fill(0xff);
  new Uint8Array(4).forEach((_, index) => {
    bytes[index] = ((8 + bodyBytes) >>> (24 - 8 * index)) & 0xff;
    bytes[4 + index] = type.charCodeAt(index);
  });
  return bytes;
}

/** A segment of three parts, the first one behind an init segment; one `mdat` is empty. */
const PARTS = [
  [...box('ftyp', 16), ...box('moov', 300), ...box('prft', 24), ...box('moof', 80), ...box('mdat', 500)],
  [...box('moof', 60), ...box('mdat', 0)],
  [...box('emsg', 5), ...box('moof', 60), ...box('mdat', 900)],
];
const SEGMENT = Uint8Array.from(PARTS.flat());

function takeAll(pieces: readonly { readonly bytes: Uint8Array; readonly atMs: number }[]): ArrivedPart[] {
  const arrivals = new PartArrivals();
  arrivals.begin(0);
  return pieces.flatMap(({ bytes, atMs }) => arrivals.take(bytes, atMs));
}

describe('the parts of a segment that comes in pieces', () => {
  it('are found wherever it is split', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: SEGMENT.length - 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (offsets) => {
        const edges = [0, ...offsets.toSorted((a, b) => a - b), SEGMENT.length];
        const pieces = edges
          .slice(1)
          .map((end, index) => ({ bytes: SEGMENT.subarray(edges[index], end), atMs: index }));
        expect(takeAll(pieces).map(({ bytes }) => bytes)).toEqual(PARTS.map((part) => part.length));
      }),
    );
  });

  it('are found byte by byte', () => {
    const pieces = [...SEGMENT].map((byte, index) => ({ bytes: Uint8Array.of(byte), atMs: index }));
    const ends = PARTS.map((_, index) => PARTS.slice(0, index + 1).flat().length - 1);
    expect(takeAll(pieces).map(({ lastByteAtMs }) => lastByteAtMs)).toEqual(ends);
  });

  it('took from their first byte to their last, and were waited for before', () => {
    const [first, second, third] = PARTS.map((part) => Uint8Array.from(part));
    const parts = takeAll([
      { bytes: first ?? new Uint8Array(), atMs: 30 },
      { bytes: second ?? new Uint8Array(), atMs: 530 },
      { bytes: third?.subarray(0, 100) ?? new Uint8Array(), atMs: 1_000 },
      { bytes: third?.subarray(100) ?? new Uint8Array(), atMs: 1_250 },
    ]);
    expect(parts.map(({ firstByteAtMs, lastByteAtMs }) => lastByteAtMs - firstByteAtMs)).toEqual([0, 0, 250]);
    expect(parts.map(({ waitedMs }) => waitedMs)).toEqual([30, 500, 470]);
  });

  it('were not waited for where the answer has not been told to begin', () => {
    expect(new PartArrivals().take(SEGMENT, 900).map(({ waitedMs }) => waitedMs)).toEqual([0, 0, 0]);
  });

  it('are held as a count: a box whose size is a lie costs nothing', () => {
    const arrivals = new PartArrivals();
    const lies = [
      [0, 0, 0, 0],
      [0, 0, 0, 1],
      [0xff, 0xff, 0xff, 0xff],
    ].map((size) => [...size, ...box('free', 0).slice(4)]);
    expect(arrivals.take(Uint8Array.from(lies.flat()), 0)).toEqual([]);
    expect(arrivals.take(SEGMENT, 0)).toEqual([]);
  });
});
