import { LATENCY_PROFILE_NAMES, type LatencyProfileName, mediaGrid } from '@sluice/contracts';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { avcCodecString } from './avc.ts';
import { VideoEncoder } from './child/video-encoder.ts';
import { BT709 } from './colour-tags.ts';
import { meanBitrateBps, PRESETS, type Preset, segmentPeakBps, videoEncoderOptions } from './encoder-options.ts';
import { ladder, type Rung } from './ladder.ts';

Log.setLevel(AV_LOG_QUIET);

/** What sources are, large and small, upright and slow; each has another level, which x264 finds by itself. */
const SOURCES = [
  { widthPx: 1_920, heightPx: 1_080, frameRate: { num: 60, den: 1 } },
  { widthPx: 1_280, heightPx: 720, frameRate: { num: 30, den: 1 } },
  { widthPx: 1_080, heightPx: 1_920, frameRate: { num: 25, den: 1 } },
  { widthPx: 320, heightPx: 180, frameRate: { num: 30_000, den: 1_001 } },
];
/** What a machine with fewer CPUs, or more, may do about it: x264 cuts the picture into as many slices. */
const THREAD_COUNTS = [1, 3, 8];

type Source = (typeof SOURCES)[number];

interface Made {
  readonly rung: Rung;
  readonly profile: LatencyProfileName;
  readonly source: Source;
  readonly preset: Preset;
  readonly threadCount?: number;
}

/** The decoder configuration that libx264 makes. */
async function configuration({ rung, profile, source, preset, threadCount }: Made): Promise<Uint8Array> {
  const grid = mediaGrid(profile, source.frameRate);
  const options = videoEncoderOptions(rung, grid, preset);
  const encoder = await VideoEncoder.open({
    rung,
    grid,
    options: threadCount === undefined ? options : { ...options, threadCount },
    colour: BT709,
  });
  const record = encoder.configuration;
  encoder.close();
  return record;
}

/** Of a ladder for this source. */
function topRung(source: Source): Rung {
  const [rung] = ladder('auto', source, source.frameRate);
  if (rung === undefined) throw new Error('a ladder without rungs');
  return rung;
}

describe.each(SOURCES)('what a decoder is told at the start of $widthPx x $heightPx', (source) => {
  const rung = topRung(source);
  const made = { rung, source, profile: 'low', preset: 'veryfast' } as const;
  let usual: Uint8Array;
  beforeAll(async () => {
    usual = await configuration(made);
  });

  it.each(PRESETS)('is to the byte the same under $name, by as many threads as there may be', async ({ name }) => {
    for (const profile of LATENCY_PROFILE_NAMES) {
      const expected = await configuration({ ...made, profile });
      for (const threadCount of THREAD_COUNTS) {
        expect(await configuration({ ...made, profile, preset: name, threadCount })).toEqual(expected);
      }
    }
  });

  it('is the same for an encoder that knows its bitrate only by what was declared of it', async () => {
    const grid = mediaGrid(made.profile, source.frameRate);
    const peakBps = segmentPeakBps(videoEncoderOptions(rung, grid, made.preset), grid);
    const known = { ...rung, bitrateBps: meanBitrateBps(peakBps, grid) };
    expect(await configuration({ ...made, rung: known })).toEqual(usual);
  });

  it('is High profile, which whatever plays HLS decodes', () => {
    expect(avcCodecString(usual)).toMatch(/^avc1\.6400/);
  });

  it('is another one for another frame rate: the comparison is of all that is in it', async () => {
    const faster = { ...source, frameRate: { num: 50, den: 1 } };
    expect(await configuration({ ...made, source: faster })).not.toEqual(usual);
  });
});
