import { mediaGrid, RenditionId } from '@sluice/contracts';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterEach, describe, expect, it } from 'vitest';
import type { EncodedFrame } from '../../media/encoded.ts';
import { BT709 } from '../colour-tags.ts';
import { type Preset, segmentPeakBps, videoEncoderOptions } from '../encoder-options.ts';
import { newFrame } from './picture.ts';
import { VideoEncoder } from './video-encoder.ts';

Log.setLevel(AV_LOG_QUIET);

const SIZE = { widthPx: 160, heightPx: 90 };
const grid = mediaGrid('ultra', { num: 30, den: 1 });
const { framesPerSegment } = grid;
const rung = { renditionId: RenditionId.parse('v90'), ...SIZE, bitrateBps: 200_000 };
const options = videoEncoderOptions(rung, grid, 'ultrafast');

const opened: VideoEncoder[] = [];
afterEach(() => {
  for (const encoder of opened.splice(0)) encoder.close();
});

async function open(preset: Preset = 'ultrafast'): Promise<VideoEncoder> {
  const encoder = await VideoEncoder.open({
    rung,
    grid,
    options: videoEncoderOptions(rung, grid, preset),
    colour: BT709,
  });
  opened.push(encoder);
  return encoder;
}

/** Noise, another in each slot; or a picture that hardly changes. */
async function encodeSlot(encoder: VideoEncoder, slot: number, isNoise = false): Promise<EncodedFrame[]> {
  const picture = newFrame(SIZE);
  for (const [index, plane] of (picture.data ?? []).entries()) {
    if (!isNoise || index > 0) plane.fill(128);
    else
      for (let at = 0, seed = slot + 1; at < plane.length; at += 1) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        plane[at] = 40 + ((seed >> 16) % 160);
      }
  }
  const frames = await encoder.encode(picture, slot);
  picture.free();
  return frames;
}

async function encodeSegment(encoder: VideoEncoder, msn: number, isNoise = false): Promise<EncodedFrame[]> {
  const frames: EncodedFrame[] = [];
  for (let index = 0; index < framesPerSegment; index += 1) {
    frames.push(...(await encodeSlot(encoder, (msn - 1) * framesPerSegment + index, isNoise)));
  }
  return frames;
}

const bitsOf = (frames: readonly EncodedFrame[]) => 8 * frames.reduce((sum, { payload }) => sum + payload.length, 0);

describe('an encoder that left slots out', () => {
  it('goes on with an IDR frame at the first slot of a later segment, under the same configuration', async () => {
    const encoder = await open();
    const { configuration } = encoder;
    await encodeSegment(encoder, 1);
    for (const msn of [3, 4, 1_000]) {
      if (msn !== 4) encoder.goOnAt((msn - 1) * framesPerSegment);
      const frames = await encodeSegment(encoder, msn);
      const ticks = (msn - 1) * framesPerSegment * grid.frameDurationTicks;
      expect(frames.map(({ ptsTicks }) => ptsTicks)).toEqual(frames.map((_, n) => ticks + n * grid.frameDurationTicks));
      expect(frames.map(({ isKeyframe }) => isKeyframe)).toEqual(frames.map((_, n) => n === 0));
    }
    expect(encoder.configuration).toEqual(configuration);
  });

  it.each([
    ['within a segment', 3 * framesPerSegment + 1],
    ['where it is', framesPerSegment],
    ['before', 0],
  ])('does not go on %s', async (_where, slot) => {
    const encoder = await open();
    await encodeSegment(encoder, 1);
    expect(() => encoder.goOnAt(slot)).toThrow(/cannot go on/);
    // And is where it was.
    expect(await encodeSegment(encoder, 2)).toHaveLength(framesPerSegment);
  });

  it('takes no slot but the next one, unless it was told', async () => {
    const encoder = await open();
    await encodeSegment(encoder, 1);
    await expect(encodeSlot(encoder, 2 * framesPerSegment)).rejects.toThrow(/was due/);
    const told = await open();
    await encodeSegment(told, 1);
    told.goOnAt(2 * framesPerSegment);
    await expect(encodeSlot(told, 3 * framesPerSegment)).rejects.toThrow(/was due/);
  });

  it('may leave out everything before its first', async () => {
    const encoder = await open();
    encoder.goOnAt(5 * framesPerSegment);
    expect((await encodeSlot(encoder, 5 * framesPerSegment)).map(({ isKeyframe }) => isKeyframe)).toEqual([true]);
  });

  // A rate control that took the pause for time in which nothing was sent would make up for it.
  it.each<Preset>(['ultrafast', 'veryfast'])(
    'makes no more bits than it declares, with the preset %s',
    async (preset) => {
      const peakBits = (segmentPeakBps(options, grid) * framesPerSegment) / 30;
      const encoder = await open(preset);
      for (const msn of [1, 2, 3]) expect(bitsOf(await encodeSegment(encoder, msn))).toBeLessThan(peakBits / 10);
      const sizes: number[] = [];
      for (const msn of [100, 101, 102, 10_000, 10_001, 10_002]) {
        if (msn === 100 || msn === 10_000) encoder.goOnAt((msn - 1) * framesPerSegment);
        sizes.push(bitsOf(await encodeSegment(encoder, msn, true)));
      }
      for (const bits of sizes) expect(bits).toBeLessThanOrEqual(peakBits);
      // The noise is more than there is room for: what is kept to is a limit.
      expect(Math.max(...sizes)).toBeGreaterThan(peakBits / 2);
    },
  );
});
