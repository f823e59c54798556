import {
  CLOCK_CELLS,
  CLOCK_COLUMNS,
  CLOCK_ROW_HEIGHT,
  CLOCK_ROWS,
  type ClockReading,
  readClockCells,
} from './clock-code.ts';

/** Height of the clock as a part of the picture's height: what a page has to copy out of a video to read it. */
export const CLOCK_BAND_HEIGHT = CLOCK_ROWS * CLOCK_ROW_HEIGHT;

/** Only the middle of a cell is looked at: its edges are where scaling and the encoder smear. */
const CELL_MIDDLE = { from: 0.3, to: 0.7 } as const;

/** Pixels of the clock's band alone, scaled to any size of at least a few pixels a cell. */
export interface ClockBand {
  readonly widthPx: number;
  readonly heightPx: number;
  /** One value a pixel is read at `offset + (y * widthPx + x) * stride`. */
  readonly pixels: ArrayLike<number>;
}

/** Reads the clock out of RGBA pixels, as a canvas gives them. Green stands for brightness. */
export function readClockRgba(band: ClockBand): ClockReading | undefined {
  return readBand(band, 4, 1);
}

/** Reads the clock out of a luma plane without padding. */
export function readClockLuma(band: ClockBand): ClockReading | undefined {
  return readBand(band, 1, 0);
}

function readBand(band: ClockBand, stride: number, offset: number): ClockReading | undefined {
  const brightness = new Float64Array(CLOCK_CELLS);
  for (let cell = 0; cell < CLOCK_CELLS; cell += 1) brightness[cell] = cellBrightness(band, cell, stride, offset);
  return readClockCells(brightness);
}

function cellBrightness({ widthPx, heightPx, pixels }: ClockBand, cell: number, stride: number, offset: number) {
  const [left, right] = middleOf(cell % CLOCK_COLUMNS, widthPx / CLOCK_COLUMNS);
  const [top, bottom] = middleOf(Math.floor(cell / CLOCK_COLUMNS), heightPx / CLOCK_ROWS);
  let sum = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) sum += pixels[offset + (y * widthPx + x) * stride] ?? 0;
  }
  return sum / ((bottom - top) * (right - left));
}

/** At least one pixel. */
function middleOf(index: number, cellPx: number): [number, number] {
  const from = Math.floor((index + CELL_MIDDLE.from) * cellPx);
  return [from, Math.max(from + 1, Math.ceil((index + CELL_MIDDLE.to) * cellPx))];
}
