import { AV_LOG_QUIET, AV_PIX_FMT_GBRP } from 'node-av/constants';
import { Frame, Log } from 'node-av/lib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BT709, type ColourTags } from '../colour-tags.ts';
import type { PictureSize } from '../ladder.ts';
import { LadderPicture, newFrame, Scaler } from './picture.ts';

Log.setLevel(AV_LOG_QUIET);

const WIDE = { widthPx: 128, heightPx: 72 };
const SMALL = { widthPx: 64, heightPx: 36 };
const UNTOLD = { primaries: 2, transfer: 2, matrix: 2, chromaLocation: 1 };
const BT601: ColourTags = { ...BT709, primaries: 6, transfer: 6, matrix: 6 };
/** Red of full saturation, by BT.601 (H.273 §8.3: KR 0.299, KB 0.114) and by BT.709 (0.2126, 0.0722). */
const RED_601 = [81, 90, 240];
const RED_709 = [63, 102, 240];

const opened: Scaler[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const scaler of opened.splice(0)) await scaler.close();
});

/** A picture of one colour, labelled. */
function picture(levels: readonly number[], tags: ColourTags, size: PictureSize = WIDE): Frame {
  const frame = newFrame(size);
  for (const [index, plane] of (frame.data ?? []).entries()) plane.fill(levels[index] ?? 0);
  return labelled(frame, tags);
}

function labelled(frame: Frame, tags: ColourTags): Frame {
  frame.colorPrimaries = tags.primaries as Frame['colorPrimaries'];
  frame.colorTrc = tags.transfer as Frame['colorTrc'];
  frame.colorSpace = tags.matrix as Frame['colorSpace'];
  return frame;
}

/** The steps of a ladder for a picture, where viewers are told these colours. */
function onLadder(frame: Frame, colour: ColourTags, sizes: readonly PictureSize[] = [WIDE, SMALL]): LadderPicture {
  const scalers = sizes.map((size) => new Scaler(size, colour));
  opened.push(...scalers);
  return new LadderPicture(frame, { scalers, sizes, colour });
}

/** Luma and chroma in the middle. */
function middle(frame: Frame): (number | undefined)[] {
  return [0, 1, 2].map((plane) => {
    const half = plane === 0 ? 2 : 4;
    const strideBytes = frame.linesize[plane] ?? 0;
    return frame.data?.[plane]?.[Math.floor(frame.height / half) * strideBytes + Math.floor(frame.width / half)];
  });
}

function expectNear(levels: readonly (number | undefined)[], wanted: readonly number[]): void {
  for (const [index, level] of levels.entries()) expect(Math.abs((level ?? 0) - (wanted[index] ?? 0))).toBeLessThan(3);
}

describe('a picture on its way through the ladder', () => {
  it.each([
    ['of the same matrix', BT709, BT709],
    ['of a matrix of another name (BT.470BG, SMPTE 170M)', { ...BT601, matrix: 5 }, BT601],
    ['that says nothing', UNTOLD, BT709],
    ['of any matrix, where viewers are told none', BT601, UNTOLD],
    ['of a matrix that nobody can convert', { ...BT709, matrix: 8 }, BT709],
    ['of other primaries', { ...BT709, primaries: 9, transfer: 16 }, BT709],
  ])('is encoded as it is, and made smaller without a change of colour: %s', async (_name, its, told) => {
    const frame = picture(RED_601, its);
    const steps = onLadder(frame, told);
    expect(await steps.step(0, [])).toBe(frame);
    expectNear(middle(await steps.step(1, [])), RED_601);
    steps.release();
  });

  it.each([
    ['BT.601 for BT.709', RED_601, BT601, BT709, RED_709],
    ['BT.709 for BT.601', RED_709, BT709, BT601, RED_601],
  ])('is converted once from the matrix that it has to the one that viewers are told: %s', async (...row) => {
    const [, levels, its, told, wanted] = row;
    const steps = onLadder(picture(levels, its), told);
    expectNear(middle(await steps.step(0, [])), wanted);
    expectNear(middle(await steps.step(1, [])), wanted);
    steps.release();
  });

  it('of red, green and blue becomes what viewers are told', async () => {
    const frame = new Frame();
    frame.alloc();
    frame.format = AV_PIX_FMT_GBRP;
    frame.width = WIDE.widthPx;
    frame.height = WIDE.heightPx;
    frame.getBuffer(0);
    for (const [index, plane] of (frame.data ?? []).entries()) plane.fill(index === 2 ? 255 : 0);
    const steps = onLadder(labelled(frame, { ...BT709, matrix: 0 }), BT709);
    expectNear(middle(await steps.step(0, [])), RED_709);
    expectNear(middle(await steps.step(1, [])), RED_709);
    steps.release();
  });

  it('has its colours between bars, too, on each step', async () => {
    const steps = onLadder(picture(RED_601, BT601, { widthPx: 72, heightPx: 72 }), BT709);
    for (const index of [0, 1]) {
      const step = await steps.step(index, []);
      expectNear(middle(step), RED_709);
      expectNear([step.data?.[0]?.[0], step.data?.[1]?.[0], step.data?.[2]?.[0]], [16, 128, 128]);
    }
    steps.release();
  });

  // Reserved numbers, and ones that swscale does not know: it refuses them.
  it.each([
    { primaries: 0, transfer: 0, matrix: 3 },
    { primaries: 3, transfer: 3, matrix: 10 },
    { primaries: 1, transfer: 9, matrix: 14 },
    { primaries: 255, transfer: 255, matrix: 255 },
  ])('is made smaller whatever it says of itself: %o', async (tags) => {
    const its = { ...tags, chromaLocation: 1 };
    const steps = onLadder(picture(RED_709, its), its);
    expectNear(middle(await steps.step(1, [])), RED_709);
    steps.release();
  });

  it('is scaled from the step that is named, and of those between none is made', async () => {
    const TINY = { widthPx: 32, heightPx: 18 };
    const sizes = [WIDE, SMALL, TINY];
    const scaled = vi.spyOn(Scaler.prototype, 'scale');
    const steps = onLadder(picture(RED_601, BT601, { widthPx: 72, heightPx: 72 }), BT709, sizes);
    const tiny = await steps.step(2, [0, 0, 0]);
    expect(scaled.mock.contexts).toEqual([opened[0], opened[2]]);
    expect([tiny.width, tiny.height]).toEqual([32, 18]);
    // Bars and colours are those of the top step, as by way of the one between.
    expectNear(middle(tiny), RED_709);
    expectNear([tiny.data?.[0]?.[0], tiny.data?.[1]?.[0], tiny.data?.[2]?.[0]], [16, 128, 128]);
    // What is made stays: the other encoder's step is made from the top one, and the tiny one is not made again.
    expect(await steps.step(2, [0, 0, 1])).toBe(tiny);
    const small = await steps.step(1, [0, 0, 1]);
    expect(scaled.mock.contexts).toEqual([opened[0], opened[2], opened[1]]);
    expect([small.width, small.height]).toEqual([64, 36]);
    steps.release();
  });
});
