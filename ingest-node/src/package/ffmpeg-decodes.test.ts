import { AAC_FRAME_SAMPLES, mediaGrid, type Rendition, RenditionId } from '@sluice/contracts';
import { Demuxer } from 'node-av/api';
import { AV_LOG_QUIET, AV_LOG_WARNING, AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Log } from 'node-av/lib';
import { describe, expect, it } from 'vitest';
import type { EncodedFrame } from '../media/encoded.ts';
import { AudioEncoder } from '../transcode/child/audio-encoder.ts';
import { slateFrame } from '../transcode/child/picture.ts';
import { VideoEncoder } from '../transcode/child/video-encoder.ts';
import { videoEncoderOptions } from '../transcode/encoder-options.ts';
import { Packager } from './packager.ts';
import { fakeBroadcast } from './packaging-fixture.ts';

/** Loading FFmpeg, and encoding some seconds of a tiny picture, on a busy machine. */
const FFMPEG_MS_MAX = 30_000;
const SIZE = { widthPx: 160, heightPx: 90 };
const V90 = RenditionId.parse('v90');
const BT709 = { primaries: 1, transfer: 1, matrix: 1, chromaLocation: 1 };

// What encoders say of themselves is not what a test prints.
Log.setLevel(AV_LOG_QUIET);

interface Coded {
  readonly rendition: Rendition;
  readonly configuration: Uint8Array;
  readonly frames: readonly EncodedFrame[];
  /** It rests from one segment to another; only what is from the second on is read. */
  readonly rest?: { readonly fromMsn: number; readonly untilMsn: number };
}

/** What FFmpeg reads out of an init segment and parts in a row. */
async function readByFfmpeg(
  { rendition, configuration, frames, rest }: Coded,
  description: ReturnType<typeof fakeBroadcast>['description'],
) {
  const complaints: string[] = [];
  Log.setLevel(AV_LOG_WARNING);
  Log.setCallback((_level, message) => complaints.push(message.trim()), { maxLevel: AV_LOG_WARNING });
  try {
    const packager = new Packager({
      description: {
        ...description,
        renditions: [{ ...rendition, configuration: Buffer.from(configuration).toString('base64') }],
      },
      next: {},
    });
    if (rest !== undefined) {
      packager.rest([rendition.id], rest.fromMsn);
      packager.rest([], rest.untilMsn);
    }
    const cut = frames.flatMap((frame) => packager.push(frame, Date.now()) ?? []);
    const parts = cut.filter(({ announced }) => announced.msn >= (rest?.untilMsn ?? 1));
    const bytes = Buffer.concat([...packager.inits.map((init) => init.bytes), ...parts.map((part) => part.bytes)]);
    return { ...(await decode(bytes)), complaints };
  } finally {
    Log.resetCallback();
    Log.setLevel(AV_LOG_QUIET);
  }
}

async function decode(bytes: Buffer) {
  await using demuxer = await Demuxer.open(bytes, { format: 'mp4' });
  const [stream, second] = demuxer.streams;
  if (stream === undefined || second !== undefined) throw new Error('not exactly one stream');
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  using decoder = new CodecContext();
  decoder.allocContext3(codec);
  FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'parameters');
  FFmpegError.throwIfError(await decoder.open2(codec), 'open');
  const packets: { readonly pts: number; readonly dts: number; readonly isKeyframe: boolean }[] = [];
  let frameCount = 0;
  for (const packet of demuxer.packetsSync()) {
    if (packet !== null)
      packets.push({ pts: Number(packet.pts), dts: Number(packet.dts), isKeyframe: packet.isKeyframe });
    FFmpegError.throwIfError(await decoder.sendPacket(packet), 'decode');
    packet?.free();
    frameCount += await countFrames(decoder);
  }
  const { width, height, sampleRate } = stream.codecpar;
  return { codec: codec?.name, timescaleHz: stream.timeBase.den, width, height, sampleRate, packets, frameCount };
}

async function countFrames(decoder: CodecContext): Promise<number> {
  using frame = new Frame();
  frame.alloc();
  for (let count = 0; ; count += 1) {
    const code = await decoder.receiveFrame(frame);
    if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return count;
    FFmpegError.throwIfError(code, 'decode');
    frame.unref();
  }
}

describe.each([
  ['25', { num: 25, den: 1 }],
  ['29.97', { num: 30_000, den: 1_001 }],
])('at %s fps FFmpeg', (_name, frameRate) => {
  const { description } = fakeBroadcast('ultra', frameRate);
  const grid = mediaGrid('ultra', frameRate);
  const videoRendition = description.renditions.find((each) => each.kind === 'video');
  const audioRendition = description.renditions.find((each) => each.kind === 'audio');
  if (videoRendition === undefined || audioRendition === undefined) throw new Error('no such rendition');

  const encodePictures = async (msns = [1, 2]): Promise<Coded> => {
    const rung = { renditionId: V90, ...SIZE, bitrateBps: 150_000 };
    const options = videoEncoderOptions(rung, grid, 'ultrafast');
    const encoder = await VideoEncoder.open({ rung, grid, options, colour: BT709 });
    const picture = slateFrame(SIZE);
    const frames: EncodedFrame[] = [];
    for (const [index, msn] of msns.entries()) {
      const firstSlot = (msn - 1) * grid.framesPerSegment;
      if (index > 0 && msns[index - 1] !== msn - 1) encoder.goOnAt(firstSlot);
      for (let slot = firstSlot; slot < firstSlot + grid.framesPerSegment; slot += 1)
        frames.push(...(await encoder.encode(picture, slot)));
    }
    const { configuration } = encoder;
    picture.free();
    encoder.close();
    return { rendition: { ...videoRendition, ...SIZE, id: V90 }, configuration, frames };
  };

  it(
    'decodes every picture, at its time on the grid, and complains of nothing',
    async () => {
      const coded = await encodePictures();
      const frameCount = coded.frames.length;
      const read = await readByFfmpeg(coded, description);
      expect(read.complaints).toEqual([]);
      expect(read).toMatchObject({
        codec: 'h264',
        width: 160,
        height: 90,
        timescaleHz: grid.videoTimescaleHz,
        frameCount,
      });
      expect(read.packets).toEqual(
        Array.from({ length: frameCount }, (_, index) => {
          const ticks = index * grid.frameDurationTicks;
          return { pts: ticks, dts: ticks, isKeyframe: index % grid.framesPerSegment === 0 };
        }),
      );
    },
    FFMPEG_MS_MAX,
  );

  it(
    'decodes what comes after a rest from its first frame on, with the init segment of the start',
    async () => {
      const coded = await encodePictures([1, 2, 5, 6]);
      const read = await readByFfmpeg({ ...coded, rest: { fromMsn: 3, untilMsn: 5 } }, description);
      expect(read.complaints).toEqual([]);
      const frameCount = 2 * grid.framesPerSegment;
      expect(read).toMatchObject({ codec: 'h264', width: 160, height: 90, frameCount });
      expect(read.packets).toEqual(
        Array.from({ length: frameCount }, (_, index) => {
          const ticks = (4 * grid.framesPerSegment + index) * grid.frameDurationTicks;
          return { pts: ticks, dts: ticks, isKeyframe: index % grid.framesPerSegment === 0 };
        }),
      );
    },
    FFMPEG_MS_MAX,
  );

  it(
    'refuses a picture that is not what was coded',
    async () => {
      const coded = await encodePictures();
      const frames = coded.frames.map((frame, index) =>
        index === 5 ? { ...frame, payload: frame.payload.slice(0, 5) } : frame,
      );
      await expect(readByFfmpeg({ ...coded, frames }, description)).rejects.toThrow(FFmpegError);
    },
    FFMPEG_MS_MAX,
  );

  it(
    'decodes every frame of sound, at its time, and complains of nothing',
    async () => {
      const encoder = await AudioEncoder.open();
      const frames: EncodedFrame[] = [];
      const silence = () => new Float32Array(AAC_FRAME_SAMPLES);
      for (let index = 0; frames.length < 120; index += 1) {
        frames.push(...encoder.encode({ left: silence(), right: silence() }, index));
      }
      const { configuration } = encoder;
      encoder.close();
      const read = await readByFfmpeg({ rendition: audioRendition, configuration, frames }, description);
      expect(read.complaints).toEqual([]);
      expect(read).toMatchObject({ codec: 'aac', sampleRate: 48_000, timescaleHz: 48_000 });
      expect(read.frameCount).toBe(read.packets.length);
      expect(read.packets.length).toBeGreaterThan(80);
      expect(read.packets).toEqual(
        read.packets.map((_, index) => ({
          pts: index * AAC_FRAME_SAMPLES,
          dts: index * AAC_FRAME_SAMPLES,
          isKeyframe: true,
        })),
      );
    },
    FFMPEG_MS_MAX,
  );
});
