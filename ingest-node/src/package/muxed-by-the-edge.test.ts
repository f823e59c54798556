import { createHash } from 'node:crypto';
import { AAC_FRAME_SAMPLES, mediaGrid, RenditionId } from '@sluice/contracts';
import { Demuxer } from 'node-av/api';
import { AV_LOG_QUIET, AV_LOG_WARNING } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { muxedInit } from '../../../edge/src/mux/muxed-init.ts';
import type { EncodedFrame } from '../media/encoded.ts';
import { AudioEncoder } from '../transcode/child/audio-encoder.ts';
import { slateFrame } from '../transcode/child/picture.ts';
import { VideoEncoder } from '../transcode/child/video-encoder.ts';
import { videoEncoderOptions } from '../transcode/encoder-options.ts';
import { type CutPart, Packager } from './packager.ts';
import { A128, fakeBroadcast } from './packaging-fixture.ts';

/** Loading FFmpeg, and encoding some seconds of a tiny picture, on a busy machine. */
const FFMPEG_MS_MAX = 30_000;
const SIZE = { widthPx: 160, heightPx: 90 };
const V90 = RenditionId.parse('v90');
const SEGMENTS = 2;
/** At this rate parts end between AAC frames, so that sound and picture differ at each. */
const FRAME_RATE = { num: 30_000, den: 1_001 };
const grid = mediaGrid('ultra', FRAME_RATE);

// What encoders say of themselves is not what a test prints.
Log.setLevel(AV_LOG_QUIET);

async function encodePictures(): Promise<{ readonly configuration: Uint8Array; readonly frames: EncodedFrame[] }> {
  const rung = { renditionId: V90, ...SIZE, bitrateBps: 150_000 };
  const colour = { primaries: 1, transfer: 1, matrix: 1, chromaLocation: 1 };
  const options = videoEncoderOptions(rung, grid, 'ultrafast');
  const encoder = await VideoEncoder.open({ rung, grid, options, colour });
  const picture = slateFrame(SIZE);
  const frames: EncodedFrame[] = [];
  const frameCount = SEGMENTS * grid.framesPerSegment;
  for (let slot = 0; slot < frameCount; slot += 1) frames.push(...(await encoder.encode(picture, slot)));
  const { configuration } = encoder;
  picture.free();
  encoder.close();
  return { configuration, frames };
}

async function encodeSound(frameCount: number) {
  const encoder = await AudioEncoder.open();
  const frames: EncodedFrame[] = [];
  const silence = () => new Float32Array(AAC_FRAME_SAMPLES);
  for (let index = 0; frames.length < frameCount; index += 1) {
    frames.push(...encoder.encode({ left: silence(), right: silence() }, index));
  }
  const { configuration } = encoder;
  encoder.close();
  return { configuration, frames: frames.slice(0, frameCount) };
}

/** What is stored of a broadcast of one picture and its sound. */
interface Stored {
  readonly init: Uint8Array;
  readonly videoParts: readonly CutPart[];
  readonly audioParts: readonly CutPart[];
}

async function storeBroadcast(): Promise<Stored> {
  const { description } = fakeBroadcast('ultra', FRAME_RATE);
  const audioFrames = Math.floor((SEGMENTS * grid.framesPerSegment * 1_001 * 48_000) / (30_000 * AAC_FRAME_SAMPLES));
  const [picture, sound] = [await encodePictures(), await encodeSound(audioFrames)];
  const renditions = description.renditions.flatMap((each) => {
    if (each.kind === 'audio') return { ...each, configuration: Buffer.from(sound.configuration).toString('base64') };
    if (each.id !== 'v360') return [];
    return { ...each, ...SIZE, id: V90, configuration: Buffer.from(picture.configuration).toString('base64') };
  });
  const packager = new Packager({ description: { ...description, renditions }, next: {} });
  const partsOf = (frames: readonly EncodedFrame[]) =>
    frames.flatMap((frame) => packager.push(frame, Date.now()) ?? []);
  const initOf = (id: string) =>
    packager.inits.find(({ renditionId }) => renditionId === id)?.bytes ?? new Uint8Array();
  return {
    init: muxedInit(initOf(V90), initOf(A128)),
    videoParts: partsOf(picture.frames),
    audioParts: partsOf(sound.frames),
  };
}

/** Every packet that FFmpeg reads of each stream, and what it complains of. */
async function readByFfmpeg(bytes: Buffer) {
  const complaints: string[] = [];
  Log.setLevel(AV_LOG_WARNING);
  Log.setCallback((_level, message) => complaints.push(message.trim()), { maxLevel: AV_LOG_WARNING });
  try {
    await using demuxer = await Demuxer.open(bytes, { format: 'mp4' });
    const streams = demuxer.streams.map(({ codecpar, timeBase }) => ({
      size: `${codecpar.width}x${codecpar.height}`,
      sampleRate: codecpar.sampleRate,
      timescaleHz: timeBase.den,
      packets: [] as { readonly pts: number; readonly isKeyframe: boolean; readonly hash: string }[],
    }));
    for (const packet of demuxer.packetsSync()) {
      if (packet === null) continue;
      const hash = createHash('sha256')
        .update(packet.data ?? new Uint8Array())
        .digest('hex');
      streams[packet.streamIndex]?.packets.push({ pts: Number(packet.pts), isKeyframe: packet.isKeyframe, hash });
      packet.free();
    }
    return { streams, complaints };
  } finally {
    Log.resetCallback();
    Log.setLevel(AV_LOG_QUIET);
  }
}

describe('what the edge muxes out of stored parts', () => {
  let stored: Stored;
  beforeAll(async () => {
    stored = await storeBroadcast();
  }, FFMPEG_MS_MAX);

  /** As a player of parts gets it: the picture's and the sound's of each. */
  const inParts = () => {
    const { init, videoParts, audioParts } = stored;
    return Buffer.concat([
      init,
      ...videoParts.flatMap(({ bytes }, index) => [bytes, audioParts[index]?.bytes ?? Buffer.of()]),
    ]);
  };

  /** As a player of segments gets it: all of the picture's, then all of the sound's. */
  const inSegments = () => {
    const { init, videoParts, audioParts } = stored;
    const ofSegment = (parts: readonly CutPart[], msn: number) =>
      parts.filter(({ announced }) => announced.msn === msn).map(({ bytes }) => bytes);
    return Buffer.concat([
      init,
      ...[1, 2].flatMap((msn) => [...ofSegment(videoParts, msn), ...ofSegment(audioParts, msn)]),
    ]);
  };

  it('is one file with a picture and a sound, with every frame at its time, and FFmpeg complains of nothing', async () => {
    const { streams, complaints } = await readByFfmpeg(inParts());
    expect(complaints).toEqual([]);
    expect(streams).toMatchObject([
      { size: '160x90', timescaleHz: grid.videoTimescaleHz },
      { sampleRate: 48_000, timescaleHz: 48_000 },
    ]);
    const [picture, sound] = streams.map(({ packets }) => packets.map(({ pts }) => pts));
    const frameCount = SEGMENTS * grid.framesPerSegment;
    expect(picture).toEqual(Array.from({ length: frameCount }, (_, index) => index * grid.frameDurationTicks));
    expect(sound?.length).toBeGreaterThan(90);
    expect(sound).toEqual(sound?.map((_, index) => index * AAC_FRAME_SAMPLES));
  });

  it('has the same samples in a segment as in its parts (rule A1.13)', async () => {
    const [parts, segments] = [await readByFfmpeg(inParts()), await readByFfmpeg(inSegments())];
    expect(segments).toEqual(parts);
    expect(inSegments().equals(inParts())).toBe(false);
  });
});
