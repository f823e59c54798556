import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteRangeHeader, rangeWithin, readByteRange, readContentRange } from './byte-range.ts';

describe('a Range header', () => {
  it.each([
    ['bytes=0-', { kind: 'from', offsetBytes: 0, lastByte: undefined }],
    ['bytes=5-9', { kind: 'from', offsetBytes: 5, lastByte: 9 }],
    ['bytes=5-5', { kind: 'from', offsetBytes: 5, lastByte: 5 }],
    ['bytes=0-9007199254740991', { kind: 'from', offsetBytes: 0, lastByte: Number.MAX_SAFE_INTEGER }],
    ['bytes=-7', { kind: 'suffix', lengthBytes: 7 }],
  ])('%s is read (rule A5.45)', (header, range) => {
    expect(readByteRange(header)).toEqual(range);
  });

  it.each([
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=9-5',
    'bytes=a-b',
    'bytes=0-1,4-5',
    'items=0-1',
    'bytes=0 -1',
    `bytes=${'9'.repeat(17)}-`,
  ])('%s is ignored (RFC 9110 §14.2)', (header) => {
    expect(readByteRange(header)).toBeUndefined();
  });
});

describe('a range within a body', () => {
  const of = (header: string, sizeBytes: number) => {
    const range = readByteRange(header);
    if (range === undefined) throw new Error(`no range: ${header}`);
    return rangeWithin(range, sizeBytes);
  };

  it.each([
    ['bytes=0-', 10, { offsetBytes: 0, lengthBytes: 10 }],
    ['bytes=9-', 10, { offsetBytes: 9, lengthBytes: 1 }],
    ['bytes=10-', 10, undefined],
    ['bytes=2-3', 10, { offsetBytes: 2, lengthBytes: 2 }],
    ['bytes=2-99', 10, { offsetBytes: 2, lengthBytes: 8 }],
    ['bytes=0-0', 0, undefined],
    ['bytes=-3', 10, { offsetBytes: 7, lengthBytes: 3 }],
    ['bytes=-99', 10, { offsetBytes: 0, lengthBytes: 10 }],
    ['bytes=-0', 10, undefined],
  ])('%s of %i bytes', (header, sizeBytes, within) => {
    expect(of(header, sizeBytes)).toEqual(within);
  });

  it('never reaches past the body, and is never empty', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(5_000), fc.integer({ min: 1, max: 4_000 }), (from, more, sizeBytes) => {
        const within = of(`bytes=${from}-${from + more}`, sizeBytes);
        expect(within === undefined).toBe(from >= sizeBytes);
        if (within === undefined) return;
        expect(within.lengthBytes).toBeGreaterThan(0);
        expect(within.offsetBytes + within.lengthBytes).toBeLessThanOrEqual(sizeBytes);
      }),
    );
  });
});

describe('a range', () => {
  it.each(['bytes=0-', 'bytes=5-9', 'bytes=0-9007199254740991', 'bytes=-7'])(
    '%s is asked for as it was read',
    (header) => {
      const range = readByteRange(header);
      expect(range && byteRangeHeader(range)).toBe(header);
    },
  );
});

describe('a Content-Range header', () => {
  it.each([
    ['bytes 0-0/1', { range: { offsetBytes: 0, lengthBytes: 1 }, sizeBytes: 1 }],
    ['bytes 5-9/100', { range: { offsetBytes: 5, lengthBytes: 5 }, sizeBytes: 100 }],
    ['bytes */100', { range: undefined, sizeBytes: 100 }],
  ])('%s is read (RFC 9110 §14.4)', (header, read) => {
    expect(readContentRange(header)).toEqual(read);
  });

  it.each([null, '', 'bytes 0-1/*', 'bytes 0-/9', 'items 0-1/2', 'bytes 0-1', 'bytes -1/2'])(
    '%s tells nothing',
    (header) => {
      expect(readContentRange(header)).toEqual({ range: undefined, sizeBytes: undefined });
    },
  );
});
