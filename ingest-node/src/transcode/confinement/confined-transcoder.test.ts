import {
  FF_ENCODER_LIBMP3LAME,
  FF_ENCODER_LIBOPUS,
  FF_ENCODER_LIBSVTAV1,
  FF_ENCODER_LIBVPX_VP9,
  FF_ENCODER_LIBX265,
} from 'node-av/constants';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { BroadcastImage } from '../../media/broadcast-image.ts';
import { type MadeTrack, makeAudio, makeVideo } from '../fixtures/made-source.ts';
import { Transcoder, type TranscoderStats } from '../transcoder.ts';

/** The real child under its filters: each decoder works with what it is allowed, and nothing complains. */

// SVT-AV1 reads its log level from here, and nowhere else.
process.env.SVT_LOG = '0';

/** A child has to load FFmpeg, on a machine that may be busy. */
const TIMEOUT_MS = 30_000;
const PICTURES = 40;
const size = { widthPx: 320, heightPx: 180, frameCount: PICTURES };
const hevc = { preset: 'ultrafast', tune: 'zerolatency', 'x265-params': 'log-level=none' };
const av1 = { preset: '10', 'svtav1-params': 'pred-struct=1:rc=2:lookahead=0' };
const vp9 = { deadline: 'realtime', 'cpu-used': '8', 'lag-in-frames': '0' };

const SOURCES: readonly (readonly [string, () => Promise<readonly MadeTrack[]>])[] = [
  ['H.264 and AAC', async () => [await makeVideo(size), await makeAudio({ durationS: 1 })]],
  [
    'HEVC and Opus',
    async () => [
      await makeVideo({ ...size, codec: { name: FF_ENCODER_LIBX265, codec: 'hevc', options: hevc } }),
      await makeAudio({ durationS: 1, codec: { name: FF_ENCODER_LIBOPUS, codec: 'opus' } }),
    ],
  ],
  [
    'AV1 and MP3',
    async () => [
      await makeVideo({ ...size, codec: { name: FF_ENCODER_LIBSVTAV1, codec: 'av1', options: av1 } }),
      await makeAudio({ durationS: 1, codec: { name: FF_ENCODER_LIBMP3LAME, codec: 'mp3' } }),
    ],
  ],
  [
    'VP9',
    async () => [await makeVideo({ ...size, codec: { name: FF_ENCODER_LIBVPX_VP9, codec: 'vp9', options: vp9 } })],
  ],
];

describe.concurrent('a confined transcoder', { timeout: TIMEOUT_MS }, () => {
  it.each(SOURCES)('decodes %s, encodes and makes images, without a word on stderr', async (_name, make) => {
    const tracks = await make();
    const told = Promise.withResolvers<TranscoderStats>();
    const images: BroadcastImage[] = [];
    const options = { profile: 'ultra', ladder: 'auto', cpuCount: 1, logger: pino({ level: 'silent' }) } as const;
    const transcoder = new Transcoder(options, {
      onBroadcast() {},
      onFrame() {},
      onImage: (image) => images.push(image),
      onWarning() {},
      onStats(stats) {
        if (stats.freshCount > 0) told.resolve(stats);
      },
      onResting() {},
      onDrain() {},
      onExit: ({ sentence }) => told.reject(new Error(sentence)),
    });
    for (const track of tracks) transcoder.push(track.config);
    const packets = tracks.flatMap((track) => track.packets).toSorted((one, other) => one.dtsUs - other.dtsUs);
    for (const packet of packets) transcoder.push(packet);
    expect(await told.promise).toMatchObject({ decodeErrorCount: 0 });
    const exit = await transcoder.stop();
    expect(exit).toMatchObject({ reason: 'stopped', exitCode: 0, stderrLines: [] });
    expect(images.map(({ kind }) => kind)).toEqual(['thumbnail', 'sprite']);
  });
});
