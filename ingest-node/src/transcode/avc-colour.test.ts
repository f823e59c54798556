import { mediaGrid } from '@sluice/contracts';
import fc from 'fast-check';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { describe, expect, it } from 'vitest';
import { avcColour } from './avc-colour.ts';
import { VideoEncoder } from './child/video-encoder.ts';
import { BT709, type ColourTags } from './colour-tags.ts';
import { videoEncoderOptions } from './encoder-options.ts';
import { ladder } from './ladder.ts';

Log.setLevel(AV_LOG_QUIET);

const FRAME_RATE = { num: 30, den: 1 };
const UNTOLD: ColourTags = { primaries: 2, transfer: 2, matrix: 2, chromaLocation: 1 };

/** What libx264 writes for these colours. */
async function configuration(colour: ColourTags, heightPx = 180): Promise<Uint8Array> {
  const grid = mediaGrid('low', FRAME_RATE);
  const [rung] = ladder('auto', { widthPx: Math.round((heightPx * 16) / 9), heightPx }, FRAME_RATE);
  if (rung === undefined) throw new Error('a ladder without rungs');
  const options = videoEncoderOptions(rung, grid, 'ultrafast');
  const encoder = await VideoEncoder.open({ rung, grid, options, colour });
  const record = encoder.configuration;
  encoder.close();
  return record;
}

describe('the colours in a decoder configuration', () => {
  it.each<[string, ColourTags]>([
    ['BT.709', BT709],
    ['BT.601', { primaries: 6, transfer: 6, matrix: 6, chromaLocation: 1 }],
    ['PQ, chroma in the corner', { primaries: 9, transfer: 16, matrix: 9, chromaLocation: 3 }],
    ['only a matrix', { ...UNTOLD, matrix: 5 }],
    ['none', UNTOLD],
  ])('are those that the encoder was told: %s', async (_name, colour) => {
    expect(avcColour(await configuration(colour))).toEqual(colour);
    // Its lines are cropped: 1080 is no multiple of 16.
    expect(avcColour(await configuration(colour, 1_080))).toEqual(colour);
  });

  it('lead to the same configuration again, also where x264 does not write what it was told', async () => {
    for (let value = 0; value <= 22; value += 1) {
      const colour = { primaries: value, transfer: value, matrix: value, chromaLocation: value % 7 };
      const first = await configuration(colour);
      expect(await configuration(avcColour(first) ?? BT709)).toEqual(first);
    }
  });

  it('are not known of what is no configuration, or is cut before them', async () => {
    const record = await configuration(BT709);
    for (const bytes of [new Uint8Array(0), record.subarray(0, 5), record.subarray(0, 16), record.subarray(1)]) {
      expect(avcColour(bytes)).toBeUndefined();
    }
  });

  it('are found or not, and nothing is thrown, whatever the bytes', async () => {
    const record = await configuration(BT709);
    const changes = fc.array(fc.tuple(fc.nat(record.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
    fc.assert(
      fc.property(changes, fc.nat(record.length), (changed, bytes) => {
        const copy = record.slice(0, bytes);
        for (const [at, value] of changed) if (at < copy.length) copy[at] = value;
        const colour = avcColour(copy);
        if (colour !== undefined) expect(Object.values(colour).every(Number.isSafeInteger)).toBe(true);
      }),
    );
  });
});
