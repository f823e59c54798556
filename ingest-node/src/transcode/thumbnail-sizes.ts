import { SPRITE_COLUMNS } from '@sluice/contracts';
import { type PictureSize, scaledSize } from './ladder.ts';

/** A thumbnail is so wide, and at most so high where the picture stands upright; a tile is half of that. */
const THUMBNAIL = { widthPx: 320, heightPx: 640 } as const;
const TILE = { widthPx: 160, heightPx: 320 } as const;

export function thumbnailSize(picture: PictureSize): PictureSize {
  return sizeWithin(THUMBNAIL, picture);
}

export function tileSize(picture: PictureSize): PictureSize {
  return sizeWithin(TILE, picture);
}

/** Of a sprite of so many tiles: no wider and no higher than they need. */
export function spriteSize(tile: PictureSize, tileCount: number): PictureSize {
  return {
    widthPx: Math.min(tileCount, SPRITE_COLUMNS) * tile.widthPx,
    heightPx: Math.ceil(tileCount / SPRITE_COLUMNS) * tile.heightPx,
  };
}

/** Where the tile of this index lies in its sprite. */
export function tileCorner(tile: PictureSize, index: number): { readonly leftPx: number; readonly topPx: number } {
  return {
    leftPx: (index % SPRITE_COLUMNS) * tile.widthPx,
    topPx: Math.floor(index / SPRITE_COLUMNS) * tile.heightPx,
  };
}

function sizeWithin(bounds: PictureSize, picture: PictureSize): PictureSize {
  const scale = Math.min(1, bounds.widthPx / picture.widthPx, bounds.heightPx / picture.heightPx);
  return scaledSize(picture, scale);
}
