import { SPRITE_TILES_MAX, type StoryboardSprite } from '@sluice/contracts';
import type { Frame } from 'node-av/lib';
import type { PictureSize } from '../ladder.ts';
import { spriteSize, tileCorner } from '../thumbnail-sizes.ts';
import { newJpegFrame } from './jpeg-encoder.ts';

/** Full range (JFIF). */
const BLACK = { luma: 0, chroma: 128 };
const PLANES = 3;

/** The sprite that is being filled: tiles of slots in a row. */
export class SpriteCanvas {
  readonly #tile: PictureSize;
  readonly #frame: Frame;
  #firstSlot = 0;
  #tileCount = 0;

  constructor(tile: PictureSize) {
    this.#tile = tile;
    this.#frame = newJpegFrame(spriteSize(tile, SPRITE_TILES_MAX));
    this.#clear();
  }

  get isEmpty(): boolean {
    return this.#tileCount === 0;
  }

  get isFull(): boolean {
    return this.#tileCount === SPRITE_TILES_MAX;
  }

  /** What it holds so far. */
  get sprite(): StoryboardSprite {
    const { widthPx: tileWidthPx, heightPx: tileHeightPx } = this.#tile;
    return { firstSlot: this.#firstSlot, tileCount: this.#tileCount, tileWidthPx, tileHeightPx };
  }

  /** Draws the tile of a slot, the one after the last, if it is not empty. The tile stays the caller's. */
  add(slot: number, tile: Frame): void {
    if (this.isEmpty) this.#firstSlot = slot;
    copyPicture(tile, this.#frame, { size: this.#tile, from: ORIGIN, to: tileCorner(this.#tile, this.#tileCount) });
    this.#tileCount += 1;
  }

  /** A picture of the tiles so far, which is the caller's; the canvas is empty then. */
  take(): Frame {
    const size = spriteSize(this.#tile, this.#tileCount);
    const picture = newJpegFrame(size);
    copyPicture(this.#frame, picture, { size, from: ORIGIN, to: ORIGIN });
    this.#tileCount = 0;
    this.#clear();
    return picture;
  }

  close(): void {
    this.#frame.free();
  }

  #clear(): void {
    this.#frame.data?.forEach((plane, index) => {
      plane.fill(index === 0 ? BLACK.luma : BLACK.chroma);
    });
  }
}

interface Corner {
  readonly leftPx: number;
  readonly topPx: number;
}

const ORIGIN: Corner = { leftPx: 0, topPx: 0 };

/** Copies a part of a picture; sizes and places are even. */
function copyPicture(
  source: Frame,
  target: Frame,
  { size, from, to }: { readonly size: PictureSize; readonly from: Corner; readonly to: Corner },
): void {
  for (let plane = 0; plane < PLANES; plane += 1) {
    const half = plane === 0 ? 1 : 2;
    const [sourceBytes, targetBytes] = [source.data?.[plane], target.data?.[plane]];
    const [sourceStride, targetStride] = [source.linesize[plane] ?? 0, target.linesize[plane] ?? 0];
    if (sourceBytes === undefined || targetBytes === undefined) continue;
    for (let row = 0; row < size.heightPx / half; row += 1) {
      const at = (row + from.topPx / half) * sourceStride + from.leftPx / half;
      const line = sourceBytes.subarray(at, at + size.widthPx / half);
      targetBytes.set(line, (row + to.topPx / half) * targetStride + to.leftPx / half);
    }
  }
}
