/**
 * The machine-readable clock: two rows of black and white cells across the top of a picture. Big enough that scaling
 * to 360 lines and a hard-pressed encoder leave it readable, checked by a CRC so that a wrong reading is no reading.
 * No imports, so that a browser page can carry it.
 */

export const CLOCK_COLUMNS = 40;
export const CLOCK_ROWS = 2;
export const CLOCK_CELLS = CLOCK_COLUMNS * CLOCK_ROWS;
/** Height of one row of cells as a part of the picture's height: 20 lines of 720, 10 of 360. */
export const CLOCK_ROW_HEIGHT = 1 / 36;

/** Enough until the year 2527. */
const WALL_BITS = 44;
const COUNT_BITS = 16;
const CRC_BITS = 12;
/** The frame counter goes round after this many frames: 36 minutes at 30 a second. */
export const FRAME_COUNT_MODULUS = 2 ** COUNT_BITS;

/** x^12 + x^11 + x^3 + x^2 + x + 1, the CRC-12 of telephony. */
const CRC_POLYNOMIAL = 0x80f;
/** So that a picture of nothing but black has no valid checksum. */
const CRC_START = 0xa5c;

/** Less difference than this between the marks' black and white (of 255) is no clock. */
const CONTRAST_MIN = 40;

/** Cells of fixed colour at both ends of each row; the second row is the first one inverted. */
const MARKS: readonly { readonly cell: number; readonly isWhite: boolean }[] = [0, 1].flatMap((row) =>
  [0, 1, CLOCK_COLUMNS - 2, CLOCK_COLUMNS - 1].map((column) => ({
    cell: row * CLOCK_COLUMNS + column,
    isWhite: (column === 0 || column === CLOCK_COLUMNS - 1) === (row === 0),
  })),
);
const MARK_CELLS = new Set(MARKS.map(({ cell }) => cell));
const DATA_CELLS = Array.from({ length: CLOCK_CELLS }, (_, cell) => cell).filter((cell) => !MARK_CELLS.has(cell));

/** What one picture says of itself. */
export interface ClockReading {
  /** Wall time at which the picture was drawn, in ms since 1970. */
  readonly wallMs: number;
  /** Number of the picture, modulo FRAME_COUNT_MODULUS. */
  readonly frameCount: number;
}

/** The cells of a reading, row by row; 1 is white. */
export function clockCells(reading: ClockReading): Uint8Array {
  const bits = [...bitsOf(reading.wallMs, WALL_BITS), ...bitsOf(reading.frameCount % FRAME_COUNT_MODULUS, COUNT_BITS)];
  bits.push(...bitsOf(crcOf(bits), CRC_BITS));
  const cells = new Uint8Array(CLOCK_CELLS);
  for (const { cell, isWhite } of MARKS) cells[cell] = isWhite ? 1 : 0;
  DATA_CELLS.forEach((cell, index) => {
    cells[cell] = bits[index] ?? 0;
  });
  return cells;
}

/** Reads the brightness of each cell (0 to 255, row by row); `undefined` where there is no clock or it is damaged. */
export function readClockCells(brightness: ArrayLike<number>): ClockReading | undefined {
  const white = averageOf(brightness, true);
  const black = averageOf(brightness, false);
  if (white - black < CONTRAST_MIN) return undefined;
  const threshold = (white + black) / 2;
  const isWhite = (cell: number) => (brightness[cell] ?? 0) > threshold;
  if (MARKS.some((mark) => isWhite(mark.cell) !== mark.isWhite)) return undefined;
  const bits = DATA_CELLS.map((cell) => (isWhite(cell) ? 1 : 0));
  const checked = bits.slice(0, WALL_BITS + COUNT_BITS);
  if (numberOf(bits.slice(WALL_BITS + COUNT_BITS)) !== crcOf(checked)) return undefined;
  return { wallMs: numberOf(checked.slice(0, WALL_BITS)), frameCount: numberOf(checked.slice(WALL_BITS)) };
}

function averageOf(brightness: ArrayLike<number>, isWhite: boolean): number {
  const marks = MARKS.filter((mark) => mark.isWhite === isWhite);
  return marks.reduce((sum, { cell }) => sum + (brightness[cell] ?? 0), 0) / marks.length;
}

/** Most significant bit first. Division, for the clock has more bits than `>>` takes. */
function bitsOf(value: number, bitCount: number): number[] {
  return Array.from({ length: bitCount }, (_, index) => Math.floor(value / 2 ** (bitCount - 1 - index)) % 2);
}

function numberOf(bits: readonly number[]): number {
  return bits.reduce((value, bit) => value * 2 + bit, 0);
}

function crcOf(bits: readonly number[]): number {
  let crc = CRC_START;
  for (const bit of bits) {
    const isTopSet = ((crc >> (CRC_BITS - 1)) & 1) !== bit;
    crc = (crc << 1) & (2 ** CRC_BITS - 1);
    if (isTopSet) crc ^= CRC_POLYNOMIAL;
  }
  return crc;
}
