import type { PictureSize } from './ladder.ts';

/** A picture in planes of 4:2:0, limited range. */
export interface Picture420 extends PictureSize {
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
}

const NIGHT = { luma: 24, blue: 132, red: 126 };
const GATE = { luma: 62, blue: 146, red: 116 };
const WATER = { luma: 104, blue: 164, red: 104 };

/**
 * What is shown while no picture comes: a dark card with a sluice, its gate of bars let down into the water. Without
 * words, so it needs no language and no font.
 */
export function slatePicture({ widthPx, heightPx }: PictureSize): Picture420 {
  const chromaWidthPx = Math.ceil(widthPx / 2);
  const chromaHeightPx = Math.ceil(heightPx / 2);
  const luma = new Uint8Array(widthPx * heightPx).fill(NIGHT.luma);
  const blue = new Uint8Array(chromaWidthPx * chromaHeightPx).fill(NIGHT.blue);
  const red = new Uint8Array(chromaWidthPx * chromaHeightPx).fill(NIGHT.red);
  const unitPx = Math.min(widthPx, heightPx) / 24;
  const left = widthPx / 2 - 5 * unitPx;
  const top = heightPx / 2 - 5 * unitPx;
  const paint = (x: number, y: number, wide: number, high: number, colour: typeof NIGHT) => {
    const area = { x: left + x * unitPx, y: top + y * unitPx, wide: wide * unitPx, high: high * unitPx };
    fill(luma, widthPx, heightPx, area, colour.luma);
    const half = { x: area.x / 2, y: area.y / 2, wide: area.wide / 2, high: area.high / 2 };
    fill(blue, chromaWidthPx, chromaHeightPx, half, colour.blue);
    fill(red, chromaWidthPx, chromaHeightPx, half, colour.red);
  };
  // Two posts, five boards between them, and the water line that the lowest one holds back.
  paint(0, 0, 0.8, 8, GATE);
  paint(9.2, 0, 0.8, 8, GATE);
  for (let board = 0; board < 5; board += 1) paint(1.2, 0.4 + board * 1.5, 7.6, 1, GATE);
  paint(-4, 8.4, 18, 0.5, WATER);
  paint(-2, 9.4, 14, 0.35, WATER);
  return { widthPx, heightPx, luma, blue, red };
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly high: number;
}

function fill(plane: Uint8Array, widthPx: number, heightPx: number, area: Area, value: number): void {
  const clamp = (at: number, most: number) => Math.max(0, Math.min(most, Math.round(at)));
  const from = clamp(area.x, widthPx);
  const to = clamp(area.x + area.wide, widthPx);
  for (let row = clamp(area.y, heightPx); row < clamp(area.y + area.high, heightPx); row += 1) {
    plane.fill(value, row * widthPx + from, row * widthPx + to);
  }
}
