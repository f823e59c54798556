import { mediaGrid } from '@sluice/contracts';
import {
  AV_CODEC_FLAG_CLOSED_GOP,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_H264,
  AV_LOG_QUIET,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLTP,
  AVCOL_RANGE_MPEG,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
  FF_THREAD_SLICE,
  SWS_AREA,
} from 'node-av/constants';
import {
  avChannelLayoutDefault,
  Codec,
  CodecContext,
  Dictionary,
  Frame,
  Log,
  Packet,
  Rational,
  SoftwareResampleContext,
  SoftwareScaleContext,
} from 'node-av/lib';
import type { SourceConfig, SourcePacket } from '../src/media/source.ts';
import { affordablePreset, type VideoEncoderOptions, videoEncoderOptions } from '../src/transcode/encoder-options.ts';
import { ladder, type PictureSize, type Rung } from '../src/transcode/ladder.ts';
import { readSourceFile } from './source-file.ts';

/**
 * The bound that the transcoder is measured against: the barest loop over node-av that makes the same renditions with
 * the same decoders, scalers and encoder settings. No clock, no placing, no pipes: a program of its own that prints
 * CPU-milliseconds for each second of media. `bare-loop.ts FILE WIDTHxHEIGHT FPS CPUS FROM_FRAME`.
 */

const [file = '', size = '', fpsText = '', cpus = '', fromText = ''] = process.argv.slice(2);
const [widthPx = 0, heightPx = 0] = size.split('x').map(Number);
const frameRate = { num: Number(fpsText), den: 1 };
const grid = mediaGrid('low', frameRate);
const rungs = ladder('auto', { widthPx, heightPx }, frameRate);
const preset = affordablePreset(rungs, grid, Number(cpus));
Log.setLevel(AV_LOG_QUIET);

function must(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${code}`);
}

async function openVideoDecoder({ extradata }: { extradata: Uint8Array }): Promise<CodecContext> {
  const codec = Codec.findDecoder(AV_CODEC_ID_H264);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.extraData = Buffer.from(extradata);
  context.threadCount = 4;
  context.threadType = FF_THREAD_SLICE;
  must(await context.open2(codec, null), 'H.264 decoder');
  return context;
}

async function openVideoEncoder(rung: Rung, options: VideoEncoderOptions): Promise<CodecContext> {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = rung.widthPx;
  context.height = rung.heightPx;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(frameRate.den, frameRate.num);
  context.framerate = new Rational(frameRate.num, frameRate.den);
  context.bitRate = BigInt(options.bitrateBps);
  context.rcMaxRate = BigInt(options.peakBitrateBps);
  context.rcBufferSize = options.bufferBits;
  context.gopSize = options.keyframeEvery;
  context.maxBFrames = 0;
  context.threadCount = options.threadCount;
  context.colorRange = AVCOL_RANGE_MPEG;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_CLOSED_GOP);
  must(await context.open2(codec, Dictionary.fromObject(options.codecOptions)), 'libx264');
  return context;
}

async function openSound({ extradata }: { extradata: Uint8Array }) {
  const decoder = new CodecContext();
  const aac = Codec.findDecoder(AV_CODEC_ID_AAC);
  decoder.allocContext3(aac);
  decoder.extraData = Buffer.from(extradata);
  must(await decoder.open2(aac, null), 'AAC decoder');
  const codec = Codec.findEncoderByName(FF_ENCODER_AAC);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.sampleRate = 48_000;
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
  encoder.channelLayout = avChannelLayoutDefault(2);
  encoder.timeBase = new Rational(1, 48_000);
  encoder.bitRate = 128_000n;
  must(await encoder.open2(codec, null), 'AAC encoder');
  const stereo = avChannelLayoutDefault(2);
  const resampler = new SoftwareResampleContext();
  must(resampler.allocSetOpts2(stereo, AV_SAMPLE_FMT_FLTP, 48_000, stereo, AV_SAMPLE_FMT_FLTP, 48_000), 'resampler');
  must(resampler.setOption('flags', 'res'), 'resampler');
  must(resampler.init(), 'resampler');
  return { decoder, encoder, resampler };
}

function newFrame(size: PictureSize): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_PIX_FMT_YUV420P;
  frame.width = size.widthPx;
  frame.height = size.heightPx;
  must(frame.getBuffer(0), 'frame');
  return frame;
}

function emptyFrame(): Frame {
  const frame = new Frame();
  frame.alloc();
  return frame;
}

function emptyPacket(): Packet {
  const packet = new Packet();
  packet.alloc();
  return packet;
}

const events = await readSourceFile(file);
const config = <KIND extends SourceConfig['kind']>(kind: KIND) => {
  const found = events.find((event): event is Extract<SourceConfig, { kind: KIND }> => event.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};
const videoDecoder = await openVideoDecoder(config('video-config'));
const sound = await openSound(config('audio-config'));
const options = rungs.map((rung) => videoEncoderOptions(rung, grid, preset));
const encoders = await Promise.all(rungs.map((rung, index) => openVideoEncoder(rung, options[index] ?? fail())));
const scalers = rungs.map(() => {
  const scaler = new SoftwareScaleContext();
  scaler.allocContext();
  scaler.setOption('sws_flags', SWS_AREA);
  return scaler;
});
const outPackets = encoders.map(() => emptyPacket());
const [inPacket, decoded, heard, resampled] = [emptyPacket(), emptyFrame(), emptyFrame(), emptyFrame()];
let codedBytes = 0;

function fail(): never {
  throw new Error('a rung without options');
}

/** Each rung is scaled from the one above it, and encoded while the next is being scaled. */
async function encodeAll(picture: Frame, number: number): Promise<void> {
  const made: Frame[] = [];
  const encoding: Promise<void>[] = [];
  let above = picture;
  for (const [index, rung] of rungs.entries()) {
    let frame = above;
    if (index > 0) {
      frame = newFrame(rung);
      made.push(frame);
      must((await scalers[index]?.scaleFrame(frame, above)) ?? -1, 'scaling');
    }
    frame.pts = BigInt(number);
    frame.pictType = number % grid.framesPerSegment === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    encoding.push(encodeOne(index, frame));
    above = frame;
  }
  await Promise.all(encoding);
  for (const frame of made) frame.free();
}

async function encodeOne(index: number, frame: Frame): Promise<void> {
  const [encoder, packet] = [encoders[index], outPackets[index]];
  if (encoder === undefined || packet === undefined) return;
  must(await encoder.sendFrame(frame), 'encoding');
  while (encoder.receivePacketSync(packet) >= 0) {
    codedBytes += packet.size;
    packet.unref();
  }
}

let samples = 0;
const soundPacket = emptyPacket();
function hear(packet: SourcePacket): void {
  inPacket.data = Buffer.from(packet.payload.buffer, packet.payload.byteOffset, packet.payload.byteLength);
  sound.decoder.sendPacketSync(inPacket);
  inPacket.unref();
  while (sound.decoder.receiveFrameSync(heard) >= 0) {
    resampled.format = AV_SAMPLE_FMT_FLTP;
    resampled.sampleRate = 48_000;
    resampled.channelLayout = avChannelLayoutDefault(2);
    must(sound.resampler.convertFrame(resampled, heard), 'resampling');
    heard.unref();
    resampled.pts = BigInt(samples);
    samples += resampled.nbSamples;
    // A first run that is a little short is taken as it is: the encoder pads it.
    sound.encoder.sendFrameSync(resampled);
    resampled.unref();
    while (sound.encoder.receivePacketSync(soundPacket) >= 0) {
      codedBytes += soundPacket.size;
      soundPacket.unref();
    }
  }
}

const fromFrame = Number(fromText);
let frames = 0;
let since = process.cpuUsage();
for (const event of events) {
  if (event.kind === 'audio') hear(event);
  if (event.kind !== 'video') continue;
  inPacket.data = Buffer.from(event.payload.buffer, event.payload.byteOffset, event.payload.byteLength);
  must(await videoDecoder.sendPacket(inPacket), 'decoding');
  inPacket.unref();
  while (videoDecoder.receiveFrameSync(decoded) >= 0) {
    await encodeAll(decoded, frames);
    decoded.unref();
    frames += 1;
    if (frames === fromFrame) since = process.cpuUsage();
  }
}
const { user, system } = process.cpuUsage(since);
const mediaS = ((frames - fromFrame) * frameRate.den) / frameRate.num;
process.stdout.write(JSON.stringify({ cpuMsPerS: (user + system) / 1_000 / mediaS, codedBytes, frames }));
