import { describe, expect, it } from 'vitest';
import { spriteSize, thumbnailSize, tileCorner, tileSize } from './thumbnail-sizes.ts';

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });

describe('the sizes of thumbnails and tiles', () => {
  it.each([
    ['wide', size(1_920, 1_080), size(320, 180), size(160, 90)],
    ['of old television', size(768, 576), size(320, 240), size(160, 120)],
    ['of an odd height when it is scaled', size(1_366, 768), size(320, 180), size(160, 90)],
    ['upright', size(1_080, 1_920), size(320, 568), size(160, 284)],
    ['smaller than a thumbnail', size(240, 136), size(240, 136), size(160, 90)],
    ['smaller than a tile', size(96, 54), size(96, 54), size(96, 54)],
    ['a strip that stands', size(64, 4_096), size(10, 640), size(6, 320)],
  ])('have the picture’s shape, are even and never larger: %s', (_what, picture, thumbnail, tile) => {
    expect([thumbnailSize(picture), tileSize(picture)]).toEqual([thumbnail, tile]);
  });
});

describe('a sprite', () => {
  it.each([
    [1, size(160, 90)],
    [4, size(640, 90)],
    [5, size(800, 90)],
    [6, size(800, 180)],
    [25, size(800, 450)],
  ])('of %i tiles is as large as they need', (tileCount, expected) => {
    expect(spriteSize(size(160, 90), tileCount)).toEqual(expected);
  });

  it('has its tiles in rows of five', () => {
    const corners = [0, 4, 5, 24].map((index) => tileCorner(size(160, 90), index));
    expect(corners.map(({ leftPx, topPx }) => [leftPx, topPx])).toEqual([
      [0, 0],
      [640, 0],
      [0, 90],
      [640, 360],
    ]);
  });
});
