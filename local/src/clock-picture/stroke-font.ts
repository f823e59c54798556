import type { AlphaMask } from './yuv-picture.ts';

/** Draws the few characters of the demo picture with round strokes, so that no font file is needed. */

interface Point {
  readonly x: number;
  readonly y: number;
}
type Stroke = readonly Point[];

interface Glyph {
  /** Width of the box, with the height of a digit as 1. */
  readonly width: number;
  readonly strokes: readonly Stroke[];
}

/** Between two characters, with the height of a digit as 1. */
const SPACING = 0.28;
const STROKE_WIDTH = 0.13;
const ARC_STEP_DEGREES = 12;

const GLYPHS: Readonly<Record<string, Glyph>> = {
  '0': glyph(0.6, arc(0.3, 0.5, 0.3, 0.5, 0, 360)),
  '1': glyph(0.6, line(0.12, 0.2, 0.36, 0, 0.36, 1)),
  '2': glyph(0.6, [...arc(0.3, 0.29, 0.29, 0.29, 190, 400), ...line(0, 1, 0.6, 1)]),
  '3': glyph(0.6, arc(0.28, 0.25, 0.27, 0.25, 205, 450), arc(0.28, 0.75, 0.31, 0.25, 270, 515)),
  '4': glyph(0.6, line(0.46, 1, 0.46, 0, 0, 0.7, 0.62, 0.7)),
  '5': glyph(0.6, [...line(0.54, 0, 0.1, 0, 0.068, 0.45), ...arc(0.28, 0.68, 0.31, 0.32, 225, 515)]),
  '6': glyph(0.6, arc(0.3, 0.68, 0.3, 0.32, 0, 360), arc(0.6, 0.68, 0.6, 0.68, 180, 255)),
  '7': glyph(0.6, line(0, 0, 0.6, 0, 0.2, 1)),
  '8': glyph(0.6, arc(0.3, 0.25, 0.25, 0.25, 0, 360), arc(0.3, 0.75, 0.3, 0.25, 0, 360)),
  '9': glyph(0.6, arc(0.3, 0.32, 0.3, 0.32, 0, 360), arc(0, 0.32, 0.6, 0.68, 0, 75)),
  ':': glyph(0.04, line(0.02, 0.32), line(0.02, 0.78)),
  '.': glyph(0.04, line(0.02, 0.98)),
  ' ': glyph(0.2),
  s: glyph(0.46, [...arc(0.23, 0.51, 0.21, 0.16, 325, 90), ...arc(0.23, 0.835, 0.22, 0.165, 270, 515)]),
  l: glyph(0.02, line(0.01, -0.05, 0.01, 1)),
  u: glyph(0.48, [...line(0, 0.35, 0, 0.7), ...arc(0.24, 0.76, 0.24, 0.24, 180, 0)], line(0.48, 0.35, 0.48, 1)),
  i: glyph(0.02, line(0.01, 0.35, 0.01, 1), line(0.01, 0.08)),
  c: glyph(0.52, arc(0.3, 0.675, 0.3, 0.325, 315, 45)),
  e: glyph(0.58, [...line(0.01, 0.675), ...arc(0.29, 0.675, 0.29, 0.325, 360, 45)]),
};

/** The mask of a text whose digits are `heightPx` high. Throws RangeError on a character that the font lacks. */
export function textMask(text: string, heightPx: number): AlphaMask {
  const glyphs = [...text].map(glyphOf);
  const margin = STROKE_WIDTH;
  const width = glyphs.reduce((sum, { width }) => sum + width + SPACING, 2 * margin - SPACING);
  const mask = {
    widthPx: Math.ceil(width * heightPx),
    heightPx: Math.ceil((1 + 2 * margin) * heightPx),
  };
  const alpha = new Uint8Array(mask.widthPx * mask.heightPx);
  let left = margin;
  for (const { width: glyphWidth, strokes } of glyphs) {
    for (const stroke of strokes) {
      const placed = stroke.map(({ x, y }) => ({ x: (left + x) * heightPx, y: (margin + y) * heightPx }));
      paintStroke({ ...mask, alpha }, placed, (STROKE_WIDTH * heightPx) / 2);
    }
    left += glyphWidth + SPACING;
  }
  return { ...mask, alpha };
}

/** Covers what lies within `radiusPx` of the stroke, with soft edges. */
export function paintStroke({ widthPx, heightPx, alpha }: AlphaMask, stroke: Stroke, radiusPx: number): void {
  for (let index = 0; index < Math.max(1, stroke.length - 1); index += 1) {
    const from = stroke[index];
    const to = stroke[index + 1] ?? from;
    if (from === undefined || to === undefined) return;
    const reach = radiusPx + 1;
    const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
    const bottom = Math.min(heightPx, Math.ceil(Math.max(from.y, to.y) + reach));
    const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
    const right = Math.min(widthPx, Math.ceil(Math.max(from.x, to.x) + reach));
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        const covered = radiusPx + 0.5 - distanceToSegment(x + 0.5, y + 0.5, from, to);
        if (covered <= 0) continue;
        const at = y * widthPx + x;
        alpha[at] = Math.max(alpha[at] ?? 0, Math.min(255, Math.round(covered * 255)));
      }
    }
  }
}

function distanceToSegment(x: number, y: number, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const lengthSquared = dx * dx + dy * dy;
  const along = lengthSquared === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / lengthSquared;
  const clamped = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from.x - clamped * dx, y - from.y - clamped * dy);
}

function glyphOf(character: string): Glyph {
  const found = GLYPHS[character];
  if (found === undefined) throw new RangeError(`the font has no "${character}"`);
  return found;
}

function glyph(width: number, ...strokes: Stroke[]): Glyph {
  return { width, strokes };
}

function line(...coordinates: number[]): Point[] {
  const points: Point[] = [];
  for (let index = 0; index + 1 < coordinates.length; index += 2) {
    points.push({ x: coordinates[index] ?? 0, y: coordinates[index + 1] ?? 0 });
  }
  return points;
}

/** 0 degrees is to the right and 90 downwards; `to` may be smaller than `from`. */
function arc(cx: number, cy: number, rx: number, ry: number, fromDegrees: number, toDegrees: number): Point[] {
  const steps = Math.ceil(Math.abs(toDegrees - fromDegrees) / ARC_STEP_DEGREES);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const radians = ((fromDegrees + ((toDegrees - fromDegrees) * step) / steps) * Math.PI) / 180;
    return { x: cx + rx * Math.cos(radians), y: cy + ry * Math.sin(radians) };
  });
}
