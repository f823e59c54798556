import {
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  type AVPixelFormat,
  SWS_AREA,
} from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import type { ColourTags } from '../colour-tags.ts';
import { fitInto, type PictureSize } from '../ladder.ts';
import { slatePicture } from '../slate.ts';
import { labelForScaling, ladderMatrix } from './frame-colour.ts';

const BLACK = { luma: 16, chroma: 128 };

/** A frame of 4:2:0 with memory of its own. */
export function newFrame({ widthPx, heightPx }: PictureSize): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_PIX_FMT_YUV420P;
  frame.width = widthPx;
  frame.height = heightPx;
  frame.colorRange = AVCOL_RANGE_MPEG;
  const got = frame.getBuffer(0);
  if (got < 0) throw new Error(`no memory for a picture of ${widthPx}x${heightPx} (${got})`);
  return frame;
}

/** The slate as a frame. */
export function slateFrame(size: PictureSize): Frame {
  const picture = slatePicture(size);
  const frame = newFrame(size);
  const planes = [picture.luma, picture.blue, picture.red];
  planes.forEach((plane, index) => {
    const widthPx = index === 0 ? size.widthPx : Math.ceil(size.widthPx / 2);
    const strideBytes = frame.linesize[index] ?? 0;
    const target = frame.data?.[index];
    for (let row = 0; row * widthPx < plane.length; row += 1) {
      target?.set(plane.subarray(row * widthPx, (row + 1) * widthPx), row * strideBytes);
    }
  });
  return frame;
}

/** A picture's size with square pixels: what a player must be told, since ours have no other. */
export function displaySize(frame: Frame): PictureSize {
  const { num, den } = frame.sampleAspectRatio;
  const ratio = num > 0 && den > 0 ? num / den : 1;
  // A ratio beyond 4 is not a camera's but a mistake.
  const sane = ratio > 0.25 && ratio < 4 ? ratio : 1;
  return { widthPx: Math.round(frame.width * sane), heightPx: frame.height };
}

/** Scales one step of the ladder. Calls are made one after the other: a context holds state. */
export class Scaler {
  readonly #size: PictureSize;
  readonly #colour: ColourTags;
  readonly #context = new SoftwareScaleContext();
  #tail: Promise<unknown> = Promise.resolve();

  /** `colour`: the broadcast's. */
  constructor(size: PictureSize, colour: ColourTags) {
    this.#size = size;
    this.#colour = colour;
    this.#context.allocContext();
    this.#context.setOption('sws_flags', SWS_AREA);
  }

  /**
   * A new frame of this step's size, in limited range, since players know no other; bars beside it where the shapes
   * differ. The source, which labelForScaling() has seen, stays the caller's.
   */
  scale(source: Frame, shape: PictureSize): Promise<Frame> {
    const made = this.#tail.then(() => this.#scale(source, shape));
    this.#tail = made.catch(() => {});
    return made;
  }

  async #scale(source: Frame, shape: PictureSize): Promise<Frame> {
    const area = fitInto(this.#size, shape);
    const fitted = newFrame(area);
    fitted.colorSpace = ladderMatrix(this.#colour) as Frame['colorSpace'];
    fitted.chromaLocation = source.chromaLocation;
    const scaled = await this.#context.scaleFrame(fitted, source);
    if (scaled < 0) {
      fitted.free();
      throw new Error(`scaling ${source.width}x${source.height} failed (${scaled})`);
    }
    if (area.widthPx === this.#size.widthPx && area.heightPx === this.#size.heightPx) return fitted;
    const canvas = onBlack(fitted, this.#size, area);
    fitted.free();
    return canvas;
  }

  async close(): Promise<void> {
    await this.#tail;
    this.#context.freeContext();
  }
}

function blackFrame(size: PictureSize): Frame {
  const frame = newFrame(size);
  frame.data?.forEach((plane, index) => {
    plane.fill(index === 0 ? BLACK.luma : BLACK.chroma);
  });
  return frame;
}

function onBlack(fitted: Frame, size: PictureSize, area: { leftPx: number; topPx: number }): Frame {
  const canvas = blackFrame(size);
  canvas.colorSpace = fitted.colorSpace;
  const targets = canvas.data ?? [];
  const sources = fitted.data ?? [];
  for (let plane = 0; plane < 3; plane += 1) {
    const target = targets[plane];
    const source = sources[plane];
    if (target === undefined || source === undefined) continue;
    const half = plane === 0 ? 1 : 2;
    const targetStride = canvas.linesize[plane] ?? 0;
    const sourceStride = fitted.linesize[plane] ?? 0;
    for (let row = 0; row < fitted.height / half; row += 1) {
      const from = row * sourceStride;
      const to = (row + area.topPx / half) * targetStride + area.leftPx / half;
      target.set(source.subarray(from, from + fitted.width / half), to);
    }
  }
  return canvas;
}

/** What pictures are made into: a scaler for each size, and the colours that viewers are told. */
export interface PictureLadder {
  readonly scalers: readonly Scaler[];
  readonly sizes: readonly PictureSize[];
  readonly colour: ColourTags;
}

/**
 * A picture on its way through the ladder: each step is scaled from a larger one, once, when its encoder first asks.
 * Counted: it is freed when the clock and every encoder have let go of it.
 */
export class LadderPicture {
  readonly #source: Frame;
  readonly #ladder: PictureLadder;
  readonly #steps: (Promise<Frame> | undefined)[] = [];
  #holders = 1;

  /** Takes the frame over. */
  constructor(source: Frame, ladder: PictureLadder) {
    labelForScaling(source, ladder.colour);
    this.#source = source;
    this.#ladder = ladder;
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) void this.#free();
  }

  /**
   * The picture in the size of step `index`. It is the picture's own: not to be freed or changed. `scaledFrom` says for
   * each step which larger one it is scaled from, if it has to be made.
   */
  step(index: number, scaledFrom: readonly number[]): Promise<Frame> {
    this.#steps[index] ??= this.#make(index, scaledFrom);
    return this.#steps[index];
  }

  async #make(index: number, scaledFrom: readonly number[]): Promise<Frame> {
    const { sizes, scalers, colour } = this.#ladder;
    const size = sizes[index];
    const scaler = scalers[index];
    if (size === undefined || scaler === undefined) throw new Error(`the ladder has no step ${index}`);
    if (index > 0) return scaler.scale(await this.step(scaledFrom[index] ?? 0, scaledFrom), size);
    if (isReady(this.#source, size, colour)) return this.#source;
    // A picture that cannot be scaled (a format nobody knows) costs itself, not the broadcast.
    return scaler.scale(this.#source, displaySize(this.#source)).catch(() => blackFrame(size));
  }

  async #free(): Promise<void> {
    const made = await Promise.allSettled(this.#steps.filter((step) => step !== undefined));
    for (const step of made) if (step.status === 'fulfilled' && step.value !== this.#source) step.value.free();
    this.#source.free();
  }
}

/** The frame can go to the encoder as it is. */
function isReady(frame: Frame, { widthPx, heightPx }: PictureSize, colour: ColourTags): boolean {
  const format: AVPixelFormat = AV_PIX_FMT_YUV420P;
  const matrix: number = frame.colorSpace;
  const { num, den } = frame.sampleAspectRatio;
  const isSquare = num === 0 || num === den;
  return (
    frame.width === widthPx &&
    frame.height === heightPx &&
    frame.format === format &&
    matrix === ladderMatrix(colour) &&
    frame.colorRange !== AVCOL_RANGE_JPEG &&
    isSquare
  );
}
