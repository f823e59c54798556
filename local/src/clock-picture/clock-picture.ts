import { CLOCK_COLUMNS, CLOCK_ROW_HEIGHT, CLOCK_ROWS, type ClockReading, clockCells } from './clock-code.ts';
import { Dial } from './dial.ts';
import { Scenery } from './scenery.ts';
import { textMask } from './stroke-font.ts';
import { type AlphaMask, YuvPicture } from './yuv-picture.ts';

const CELL_BLACK_LUMA = 20;
const CELL_WHITE_LUMA = 228;
const TEXT_LUMA = 230;
const FAINT_TEXT_LUMA = 150;

/** Text sizes and places as parts of the picture's height. */
const LAYOUT = {
  word: { height: 0.13, top: 0.17 },
  time: { height: 0.085, top: 0.375 },
  count: { height: 0.032, top: 0.505 },
  textLeft: 0.13,
  dial: { centreFromRight: 0.48, centreTop: 0.36, radius: 0.19 },
} as const;

/** The characters that the changing lines are put together from. */
const DIGITS = '0123456789:.';

/**
 * The demo picture: water that drifts, a dial with a sweeping hand and a ripple each second, the time in digits, and
 * the machine-readable clock along the top. Draws into one buffer that it reuses.
 */
export class ClockPicture {
  readonly picture: YuvPicture;
  readonly #scenery: Scenery;
  readonly #dial: Dial;
  readonly #word: AlphaMask;
  readonly #timeDigits: ReadonlyMap<string, AlphaMask>;
  readonly #countDigits: ReadonlyMap<string, AlphaMask>;

  /** Both sides even, at least 160 by 90. */
  constructor(widthPx: number, heightPx: number) {
    this.picture = new YuvPicture(widthPx, heightPx);
    this.#scenery = new Scenery(widthPx, heightPx);
    this.#dial = new Dial({
      centreXPx: widthPx - LAYOUT.dial.centreFromRight * heightPx,
      centreYPx: LAYOUT.dial.centreTop * heightPx,
      radiusPx: LAYOUT.dial.radius * heightPx,
    });
    this.#word = textMask('sluice', Math.round(LAYOUT.word.height * heightPx));
    this.#timeDigits = digitMasks(LAYOUT.time.height * heightPx);
    this.#countDigits = digitMasks(LAYOUT.count.height * heightPx);
  }

  /** Draws the picture of this moment over the one before. */
  draw(reading: ClockReading): YuvPicture {
    const { picture } = this;
    this.#scenery.draw(picture, reading.wallMs);
    this.#dial.draw(picture, reading.wallMs);
    const leftPx = Math.round(LAYOUT.textLeft * picture.heightPx);
    picture.blendLuma(this.#word, leftPx, this.#line(LAYOUT.word.top), TEXT_LUMA);
    const time = new Date(reading.wallMs).toISOString().slice(11, 23);
    drawDigits(picture, this.#timeDigits, time, { leftPx, topPx: this.#line(LAYOUT.time.top), luma: TEXT_LUMA });
    const count = String(reading.frameCount).padStart(5, '0');
    drawDigits(picture, this.#countDigits, count, {
      leftPx,
      topPx: this.#line(LAYOUT.count.top),
      luma: FAINT_TEXT_LUMA,
    });
    drawClockCells(picture, reading);
    return picture;
  }

  #line(top: number): number {
    return Math.round(top * this.picture.heightPx);
  }
}

function drawClockCells(picture: YuvPicture, reading: ClockReading): void {
  const cells = clockCells(reading);
  const rowEdge = (row: number) => Math.round(row * CLOCK_ROW_HEIGHT * picture.heightPx);
  const columnEdge = (column: number) => Math.round((column * picture.widthPx) / CLOCK_COLUMNS);
  for (let row = 0; row < CLOCK_ROWS; row += 1) {
    for (let column = 0; column < CLOCK_COLUMNS; column += 1) {
      const luma = cells[row * CLOCK_COLUMNS + column] === 1 ? CELL_WHITE_LUMA : CELL_BLACK_LUMA;
      const left = columnEdge(column);
      const top = rowEdge(row);
      picture.fillLuma(left, top, columnEdge(column + 1) - left, rowEdge(row + 1) - top, luma);
    }
  }
}

function digitMasks(heightPx: number): Map<string, AlphaMask> {
  return new Map([...DIGITS].map((digit) => [digit, textMask(digit, Math.round(heightPx))]));
}

function drawDigits(
  picture: YuvPicture,
  masks: ReadonlyMap<string, AlphaMask>,
  text: string,
  { leftPx, topPx, luma }: { leftPx: number; topPx: number; luma: number },
): void {
  let left = leftPx;
  for (const digit of text) {
    const mask = masks.get(digit);
    if (mask === undefined) continue;
    picture.blendLuma(mask, left, topPx, luma);
    left += mask.widthPx;
  }
}
