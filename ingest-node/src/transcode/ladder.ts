import { type FrameRate, type LadderPolicy, RenditionId } from '@sluice/contracts';
import { framesPerSecond } from './frame-rate.ts';

/** A picture's size with square pixels. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** One video rendition to be made. */
export interface Rung extends PictureSize {
  readonly renditionId: RenditionId;
  /** The mean that the encoder aims for. */
  readonly bitrateBps: number;
}

export const AUDIO_RENDITION_ID = RenditionId.parse('a128');
export const AUDIO_BITRATE_BPS = 128_000;

/**
 * The steps of the automatic ladder: the height of a 16:9 picture, and the bitrate at 30 fps. It ends at 1080: one more
 * step would cost more CPU than all others together. A channel that wants it names its own ladder.
 */
const STEPS = [
  { linePx: 1_080, bitrateBps: 4_800_000 },
  { linePx: 720, bitrateBps: 2_700_000 },
  { linePx: 480, bitrateBps: 1_300_000 },
  { linePx: 360, bitrateBps: 750_000 },
] as const;
/** A source this near to a step is that step, in its own size: nothing is scaled by two percent. */
const SAME_SIZE = 0.03;
/** The step under the source's own size must be this much smaller, or it is not worth its CPU. */
const STEP_RATIO_MAX = 0.85;
/** A step whose shorter side would be less is not worth looking at: it comes of a source that is a mere strip. */
const SIDE_PX_MIN = 64;
/** Twice the pixels need about 1.7 times the bits: larger pictures have larger smooth areas. */
const BITS_PER_PIXELS_EXPONENT = 0.75;
/** Twice the frames need about 1.5 times the bits. */
const BITS_PER_RATE_EXPONENT = 0.6;
const BITRATE_BPS_MIN = 150_000;

/** The rungs for a source, highest first, at least one. None is larger than the source, and all have its shape. */
export function ladder(policy: LadderPolicy, source: PictureSize, frameRate: FrameRate): readonly Rung[] {
  const sizes = policy === 'auto' ? automaticSizes(source, frameRate) : namedSizes(policy, source);
  const taken = new Set<string>();
  return sizes.map(({ widthPx, heightPx, bitrateBps }) => {
    const plain = `v${heightPx}`;
    const name = taken.has(plain) ? `${plain}-${Math.round(bitrateBps / 1_000)}k` : plain;
    taken.add(plain);
    return { renditionId: RenditionId.parse(name), widthPx, heightPx, bitrateBps };
  });
}

type Sized = PictureSize & { readonly bitrateBps: number };

function automaticSizes(source: PictureSize, frameRate: FrameRate): Sized[] {
  const linePx = lineOf(source);
  const steps = STEPS.filter((step) => step.linePx <= linePx * (1 + SAME_SIZE));
  const top = steps[0];
  const isStep = top !== undefined && (top.linePx >= linePx * (1 - SAME_SIZE) || top.linePx === STEPS[0].linePx);
  const lines: number[] = isStep ? [] : [linePx];
  for (const step of steps)
    if (lines.length === 0 || step.linePx <= (lines.at(-1) ?? 0) * STEP_RATIO_MAX) lines.push(step.linePx);
  return lines
    .map((line) => scaledSize(source, Math.abs(line / linePx - 1) <= SAME_SIZE ? 1 : line / linePx))
    .filter((size, index) => index === 0 || Math.min(size.widthPx, size.heightPx) >= SIDE_PX_MIN)
    .map((size) => ({ ...size, bitrateBps: automaticBitrateBps(size, frameRate) }));
}

/** The height of the 16:9 picture (9:16 where it stands upright) that a picture fits into. */
function lineOf({ widthPx, heightPx }: PictureSize): number {
  const longPx = Math.max(widthPx, heightPx);
  return Math.max(Math.min(widthPx, heightPx), (longPx * 9) / 16);
}

function automaticBitrateBps({ widthPx, heightPx }: PictureSize, frameRate: FrameRate): number {
  const pixels = widthPx * heightPx;
  const pixelsOf = (step: { linePx: number }) => (step.linePx * step.linePx * 16) / 9;
  const byDistance = (step: { linePx: number }) => Math.abs(Math.log(pixelsOf(step) / pixels));
  const step = [...STEPS].sort((a, b) => byDistance(a) - byDistance(b))[0] ?? STEPS[0];
  const atThirtyBps = step.bitrateBps * (pixels / pixelsOf(step)) ** BITS_PER_PIXELS_EXPONENT;
  const bitrateBps = atThirtyBps * (framesPerSecond(frameRate) / 30) ** BITS_PER_RATE_EXPONENT;
  return Math.max(BITRATE_BPS_MIN, Math.round(bitrateBps / 10_000) * 10_000);
}

function namedSizes(policy: Exclude<LadderPolicy, 'auto'>, source: PictureSize): Sized[] {
  const byHeight = [...policy].sort((a, b) => b.heightPx - a.heightPx || b.bitrateBps - a.bitrateBps);
  const fitting = byHeight.filter((rung) => rung.heightPx <= source.heightPx);
  const lowest = byHeight.at(-1);
  // Every rung is above the source: the lowest of them, in the source's size.
  if (fitting.length === 0 && lowest !== undefined)
    return [{ ...scaledSize(source, 1), bitrateBps: lowest.bitrateBps }];
  const seen = new Set<string>();
  return fitting
    .filter(({ heightPx, bitrateBps }) => {
      const key = `${heightPx}-${Math.round(bitrateBps / 1_000)}`;
      return !seen.has(key) && seen.add(key);
    })
    .map(({ heightPx, bitrateBps }) => ({ ...scaledSize(source, heightPx / source.heightPx), bitrateBps }));
}

/** The nearest even size, since 4:2:0 has one chroma sample for two pixels; scaled down, never above the source. */
export function scaledSize({ widthPx, heightPx }: PictureSize, scale: number): PictureSize {
  const even = (px: number) => {
    const nearestPx = 2 * Math.round((px * scale) / 2);
    return Math.max(2, scale > 1 ? nearestPx : Math.min(nearestPx, 2 * Math.floor(px / 2)));
  };
  return { widthPx: even(widthPx), heightPx: even(heightPx) };
}

/** The largest size of `shape`'s proportions that fits into a canvas, and where its corner lies; all even. */
export function fitInto(
  canvas: PictureSize,
  shape: PictureSize,
): PictureSize & { readonly leftPx: number; readonly topPx: number } {
  const scale = Math.min(canvas.widthPx / shape.widthPx, canvas.heightPx / shape.heightPx);
  const fitted = scaledSize(shape, scale);
  // What is as good as full is full: a one pixel border is no border but a flaw.
  const snap = (px: number, fullPx: number) => (fullPx - px <= 2 || px > fullPx ? fullPx : px);
  const widthPx = snap(fitted.widthPx, canvas.widthPx);
  const heightPx = snap(fitted.heightPx, canvas.heightPx);
  const corner = (px: number, fullPx: number) => 2 * Math.floor((fullPx - px) / 4);
  return { widthPx, heightPx, leftPx: corner(widthPx, canvas.widthPx), topPx: corner(heightPx, canvas.heightPx) };
}
