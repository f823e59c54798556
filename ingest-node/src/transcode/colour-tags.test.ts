import { describe, expect, it } from 'vitest';
import { BT709, type ColourTags, isAlike, scalingMatrix } from './colour-tags.ts';

const UNTOLD: ColourTags = { primaries: 2, transfer: 2, matrix: 2, chromaLocation: 0 };
const BT601: ColourTags = { ...BT709, primaries: 6, transfer: 6, matrix: 6 };
const SRGB: ColourTags = { ...BT709, transfer: 13 };
const PQ: ColourTags = { ...BT709, primaries: 9, transfer: 16, matrix: 9 };
const HLG: ColourTags = { ...PQ, transfer: 18 };

describe('colours', () => {
  it.each([
    ['the same', PQ, PQ, true],
    ['of standard and high definition', BT601, BT709, true],
    ['of a camera and a screen', SRGB, BT709, true],
    ['of which one is not told', UNTOLD, PQ, true],
    ['of SDR and HDR', BT709, PQ, false],
    ['of two kinds of HDR', HLG, PQ, false],
    ['of another gamut alone', { ...BT709, primaries: 9 }, BT709, false],
    ['of P3 and BT.709', { ...BT709, primaries: 12 }, BT709, false],
    ['of HDR in a narrow gamut', { ...BT709, transfer: 16 }, BT709, false],
  ])('%s are shown for each other: %o, %o: %s', (_name, one, other, isIt) => {
    expect([isAlike(one, other), isAlike(other, one)]).toEqual([isIt, isIt]);
  });

  it('have one matrix for both names of BT.601, and none where swscale has none', () => {
    expect(scalingMatrix(5)).toBe(scalingMatrix(6));
    expect([0, 2, 3, 8, 10, 14, 255].map(scalingMatrix)).toEqual(Array(7).fill(undefined));
  });
});
