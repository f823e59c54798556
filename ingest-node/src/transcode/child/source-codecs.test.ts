import {
  FF_ENCODER_LIBMP3LAME,
  FF_ENCODER_LIBOPUS,
  FF_ENCODER_LIBSVTAV1,
  FF_ENCODER_LIBVPX_VP9,
  FF_ENCODER_LIBX265,
} from 'node-av/constants';
import { describe, expect, it } from 'vitest';
import { expectGrid } from '../fixtures/expect-grid.ts';
import { interleave, type MadeVideoOptions, makeAudio, makeVideo } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';

type Codec = NonNullable<MadeVideoOptions['codec']>;
const HEVC: Codec = {
  name: FF_ENCODER_LIBX265,
  codec: 'hevc',
  options: { preset: 'ultrafast', tune: 'zerolatency', 'x265-params': 'log-level=none' },
};
const AV1: Codec = {
  name: FF_ENCODER_LIBSVTAV1,
  codec: 'av1',
  options: { preset: '10', 'svtav1-params': 'pred-struct=1:rc=2:lookahead=0' },
};
const VP9: Codec = {
  name: FF_ENCODER_LIBVPX_VP9,
  codec: 'vp9',
  options: { deadline: 'realtime', 'cpu-used': '8', 'lag-in-frames': '0' },
};

// SVT-AV1 reads its log level from here, and nowhere else.
process.env.SVT_LOG = '0';

describe('what Enhanced RTMP carries is decoded:', () => {
  it.each([HEVC, AV1, VP9])('$codec', async (codec) => {
    const stage = new Stage();
    const video = await makeVideo({ widthPx: 320, heightPx: 180, frameCount: 40, codec });
    await stage.give({ kind: 'metadata', frameRate: 30 });
    await stage.give(video.config);
    await stage.play(video.packets);
    await stage.stop();
    expectGrid(stage);
    const shown = await stage.shown('v180');
    // An encoder that looks ahead sends its last pictures at once.
    expect(shown.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    expect(stage.stats.decodeErrorCount).toBe(0);
  });

  it.each([
    { name: FF_ENCODER_LIBOPUS, codec: 'opus' as const, sampleRateHz: 48_000 },
    { name: FF_ENCODER_LIBMP3LAME, codec: 'mp3' as const, sampleRateHz: 44_100 },
  ])('$codec', async ({ name, codec, sampleRateHz }) => {
    const stage = new Stage();
    const video = await makeVideo({ widthPx: 320, heightPx: 180, frameCount: 60 });
    const audio = await makeAudio({ durationS: 2, sampleRateHz, codec: { name, codec } });
    await stage.give(video.config);
    await stage.give(audio.config);
    await stage.play(interleave(video, audio));
    expect(stage.stats).toMatchObject({ decodeErrorCount: 0, cutSampleCount: expect.any(Number) });
    expect(stage.stats.silenceSampleCount).toBeLessThan(9_600);
    await stage.stop();
    expectGrid(stage);
  });

  it.each([
    [8_000, 1],
    [44_100, 2],
    [96_000, 2],
  ] as const)('AAC of %i Hz with %i channels', async (sampleRateHz, channelCount) => {
    const stage = new Stage();
    const video = await makeVideo({ widthPx: 320, heightPx: 180, frameCount: 60 });
    const audio = await makeAudio({ durationS: 2, sampleRateHz, channelCount });
    await stage.give(video.config);
    await stage.give(audio.config);
    await stage.play(interleave(video, audio));
    expect(stage.stats.decodeErrorCount).toBe(0);
    expect(stage.stats.silenceSampleCount).toBeLessThan(12_000);
    await stage.stop();
    expectGrid(stage);
  });
});
