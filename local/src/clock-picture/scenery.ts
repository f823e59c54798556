import { CLOCK_ROW_HEIGHT, CLOCK_ROWS } from './clock-code.ts';
import { YuvPicture } from './yuv-picture.ts';

/** Where the water begins, as a part of the picture's height. */
const HORIZON = 0.58;
const SKY = { lumaTop: 34, lumaBottom: 92, uTop: 142, uBottom: 140, vTop: 116, vBottom: 104 } as const;
const WATER = { lumaTop: 88, lumaBottom: 46, uTop: 146, uBottom: 148, vTop: 102, vBottom: 108 } as const;
/** How much the waves lighten and darken the water. */
const WAVE_LUMA = 16;
const WAVE_PERIOD_MS = 9_000;
/** The current carries the waves once across the picture in this time. */
const DRIFT_PERIOD_MS = 40_000;

/**
 * Sky and water. The water is one texture, periodic in x, of which every row is copied from a place that swings with
 * the time: moving water at the price of a memory copy.
 */
export class Scenery {
  readonly #still: YuvPicture;
  readonly #horizonPx: number;
  /** Two periods a row, so that any shift is one copy. */
  readonly #water: Uint8Array;

  constructor(widthPx: number, heightPx: number) {
    this.#horizonPx = Math.round(HORIZON * heightPx);
    this.#still = stillPicture(widthPx, heightPx, this.#horizonPx);
    this.#water = waterTexture(widthPx, heightPx - this.#horizonPx);
  }

  draw(picture: YuvPicture, wallMs: number): void {
    picture.bytes.set(this.#still.bytes);
    const { widthPx, heightPx } = picture;
    const turns = (wallMs % WAVE_PERIOD_MS) / WAVE_PERIOD_MS;
    const drifted = (wallMs % DRIFT_PERIOD_MS) / DRIFT_PERIOD_MS;
    const rows = heightPx - this.#horizonPx;
    for (let row = 0; row < rows; row += 1) {
      const depth = row / rows;
      // Near water (at the bottom) moves more than far water.
      const swing = Math.sin(2 * Math.PI * (turns + depth * 1.6)) * (0.01 + 0.05 * depth);
      const shiftPx = Math.floor((((swing + drifted) % 1) + 1) * widthPx) % widthPx;
      const from = row * 2 * widthPx + shiftPx;
      picture.luma.set(this.#water.subarray(from, from + widthPx), (this.#horizonPx + row) * widthPx);
    }
  }
}

function stillPicture(widthPx: number, heightPx: number, horizonPx: number): YuvPicture {
  const picture = new YuvPicture(widthPx, heightPx);
  for (let y = 0; y < horizonPx; y += 1) {
    picture.luma.fill(between(SKY.lumaTop, SKY.lumaBottom, y / horizonPx), y * widthPx, (y + 1) * widthPx);
  }
  const chromaWidth = widthPx / 2;
  // The clock's cells are grey, or their colour would leak into the reading.
  const bandRows = Math.ceil((CLOCK_ROWS * CLOCK_ROW_HEIGHT * heightPx) / 2);
  for (let y = 0; y < heightPx / 2; y += 1) {
    const isSky = 2 * y < horizonPx;
    const colours = isSky ? SKY : WATER;
    const depth = isSky ? (2 * y) / horizonPx : (2 * y - horizonPx) / (heightPx - horizonPx);
    const u = y < bandRows ? 128 : between(colours.uTop, colours.uBottom, depth);
    const v = y < bandRows ? 128 : between(colours.vTop, colours.vBottom, depth);
    picture.chromaU.fill(u, y * chromaWidth, (y + 1) * chromaWidth);
    picture.chromaV.fill(v, y * chromaWidth, (y + 1) * chromaWidth);
  }
  return picture;
}

function waterTexture(widthPx: number, rows: number): Uint8Array {
  const texture = new Uint8Array(2 * widthPx * rows);
  for (let row = 0; row < rows; row += 1) {
    const depth = row / rows;
    const base = between(WATER.lumaTop, WATER.lumaBottom, depth);
    // Waves look smaller towards the horizon.
    const scale = 1 / (0.12 + depth);
    for (let x = 0; x < widthPx; x += 1) {
      const around = (2 * Math.PI * x) / widthPx;
      const wave =
        Math.sin(3 * around + 9 * scale) * 0.5 +
        Math.sin(7 * around - 14 * scale + 1) * 0.3 +
        Math.sin(2 * around + 23 * scale + 2) * 0.4;
      const luma = base + wave * WAVE_LUMA * (0.35 + 0.65 * depth);
      texture[row * 2 * widthPx + x] = luma;
      texture[row * 2 * widthPx + widthPx + x] = luma;
    }
  }
  return texture;
}

function between(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}
