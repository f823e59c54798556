import {
  AAC_FRAME_SAMPLES,
  AUDIO_SAMPLE_RATE_HZ,
  type FrameRate,
  type MediaGrid,
  RenditionId,
} from '@sluice/contracts';
import {
  AV_CODEC_FLAG_CLOSED_GOP,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  type Frame,
  IOContext,
  Packet,
  Rational,
} from 'node-av/lib';
import type { EncodedFrame } from '../media/encoded.ts';
import { AudioEncoder } from '../transcode/child/audio-encoder.ts';
import { newFrame } from '../transcode/child/picture.ts';
import { VideoEncoder } from '../transcode/child/video-encoder.ts';
import { videoEncoderOptions } from '../transcode/encoder-options.ts';
import type { PictureSize } from '../transcode/ladder.ts';

/** For tests: a programme in which picture and sound do the same: white and a tone in the first fifth of each second. */

export const V90 = RenditionId.parse('v90');
const BT709 = { primaries: 1, transfer: 1, matrix: 1, chromaLocation: 1 };
const WHITE_LUMA = 220;
const DARK_LUMA = 40;
const TONE_HZ = 1_000;
const TONE_LOUDNESS = 0.5;
const MUXER_BUFFER_BYTES = 32 * 1024;

export interface CodedTrack {
  readonly configuration: Uint8Array;
  readonly frames: readonly EncodedFrame[];
}

/** Whether frame `slot` is a white one. */
export function isWhite(slot: number, { num, den }: FrameRate): boolean {
  return ((slot * den) / num) % 1 < 0.2;
}

/** The pictures of some segments, rising; those between them are left out. */
export async function codePictures(size: PictureSize, grid: MediaGrid, msns: readonly number[]): Promise<CodedTrack> {
  const rung = { renditionId: V90, ...size, bitrateBps: 200_000 };
  const options = videoEncoderOptions(rung, grid, 'ultrafast');
  const encoder = await VideoEncoder.open({ rung, grid, options, colour: BT709 });
  const pictures = new Pictures(size, grid.frameRate);
  const frames: EncodedFrame[] = [];
  for (const [index, msn] of msns.entries()) {
    const firstSlot = (msn - 1) * grid.framesPerSegment;
    if (index > 0 && msns[index - 1] !== msn - 1) encoder.goOnAt(firstSlot);
    for (let slot = firstSlot; slot < firstSlot + grid.framesPerSegment; slot += 1) {
      frames.push(...(await encoder.encode(pictures.at(slot), slot)));
    }
  }
  const { configuration } = encoder;
  encoder.close();
  pictures.free();
  return { configuration, frames };
}

/** The first frames of sound. */
export async function codeSound(frameCount: number, frameRate: FrameRate): Promise<CodedTrack> {
  const encoder = await AudioEncoder.open();
  const frames: EncodedFrame[] = [];
  for (let index = 0; frames.length < frameCount; index += 1) {
    const samples = Float32Array.from({ length: AAC_FRAME_SAMPLES }, (_, offset) =>
      toneAt(index * AAC_FRAME_SAMPLES + offset, frameRate),
    );
    frames.push(...encoder.encode({ left: samples, right: samples }, index));
  }
  const { configuration } = encoder;
  encoder.close();
  return { configuration, frames: frames.slice(0, frameCount) };
}

function toneAt(sample: number, frameRate: FrameRate): number {
  const timeS = sample / AUDIO_SAMPLE_RATE_HZ;
  const isOn = isWhite(Math.floor((timeS * frameRate.num) / frameRate.den), frameRate);
  return isOn ? TONE_LOUDNESS * Math.sin(2 * Math.PI * TONE_HZ * timeS) : 0;
}

/** Draws into one frame over and over. */
class Pictures {
  readonly #frame: Frame;
  readonly #frameRate: FrameRate;

  constructor(size: PictureSize, frameRate: FrameRate) {
    this.#frame = newFrame(size);
    this.#frameRate = frameRate;
  }

  at(slot: number): Frame {
    const frame = this.#frame;
    FFmpegError.throwIfError(frame.makeWritable(), 'draw');
    const [luma, ...chroma] = frame.data ?? [];
    luma?.fill(isWhite(slot, this.#frameRate) ? WHITE_LUMA : DARK_LUMA);
    // So that no two frames are the same.
    luma?.fill(128, slot % 64, (slot % 64) + 8);
    for (const plane of chroma) plane.fill(128);
    frame.pts = BigInt(slot);
    return frame;
  }

  free(): void {
    this.#frame.free();
  }
}

export interface FragmentedFile {
  readonly init: Uint8Array;
  /** `moof mdat` each, from one keyframe to the next. */
  readonly segments: readonly Uint8Array[];
}

export interface BFramesOrder {
  readonly size: PictureSize;
  readonly frameRate: FrameRate;
  readonly frameCount: number;
  readonly framesPerSegment: number;
  /** With `delay_moov` the init segment has an edit list, without it none. */
  readonly movflags: string;
}

/** Pictures with two B-frames between others, as FFmpeg's own muxer writes them in fragments. */
export async function codeBFrames(order: BFramesOrder): Promise<FragmentedFile> {
  const { size, frameRate, frameCount, framesPerSegment, movflags } = order;
  const encoder = await openBFrameEncoder(size, frameRate, framesPerSegment);
  const pieces: Buffer[] = [];
  const context = new FormatContext();
  FFmpegError.throwIfError(context.allocOutputContext2(null, 'mp4', 'out.mp4'), 'mp4');
  const io = new IOContext();
  io.allocContextWithCallbacks(MUXER_BUFFER_BYTES, 1, null, (bytes) => {
    pieces.push(Buffer.from(bytes));
  });
  context.pb = io;
  const stream = context.newStream();
  FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), 'track');
  stream.timeBase = encoder.timeBase;
  FFmpegError.throwIfError(await context.writeHeader(Dictionary.fromObject({ movflags })), 'header');
  using packet = new Packet();
  packet.alloc();
  const drain = async () => {
    while ((await encoder.receivePacket(packet)) >= 0) {
      packet.streamIndex = stream.index;
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      FFmpegError.throwIfError(await context.interleavedWriteFrame(packet), 'mux');
    }
  };
  const pictures = new Pictures(size, frameRate);
  for (let slot = 0; slot < frameCount; slot += 1) {
    FFmpegError.throwIfError(await encoder.sendFrame(pictures.at(slot)), 'encode');
    await drain();
  }
  await encoder.sendFrame(null);
  await drain();
  FFmpegError.throwIfError(await context.writeTrailer(), 'trailer');
  pictures.free();
  encoder.freeContext();
  // It frees what it writes through, too.
  context.freeContext();
  return splitFragments(Buffer.concat(pieces));
}

async function openBFrameEncoder(
  size: PictureSize,
  frameRate: FrameRate,
  keyframeEvery: number,
): Promise<CodecContext> {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
  if (codec === null) throw new Error('FFmpeg comes without libx264');
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = size.widthPx;
  encoder.height = size.heightPx;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.timeBase = new Rational(frameRate.den, frameRate.num);
  encoder.framerate = new Rational(frameRate.num, frameRate.den);
  encoder.gopSize = keyframeEvery;
  encoder.maxBFrames = 2;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_CLOSED_GOP);
  const options = Dictionary.fromObject({ preset: 'veryfast', 'x264-params': 'scenecut=0:b-adapt=0' });
  FFmpegError.throwIfError(await encoder.open2(codec, options), 'libx264');
  return encoder;
}

function splitFragments(bytes: Buffer): FragmentedFile {
  const init: Buffer[] = [];
  const segments: Buffer[] = [];
  let moof: Buffer | undefined;
  for (let at = 0; at < bytes.length; ) {
    const box = bytes.subarray(at, at + bytes.readUInt32BE(at));
    const type = box.toString('latin1', 4, 8);
    if (type === 'ftyp' || type === 'moov') init.push(box);
    if (type === 'moof') moof = box;
    if (type === 'mdat' && moof !== undefined) segments.push(Buffer.concat([moof, box]));
    at += box.length;
  }
  return { init: Buffer.concat(init), segments };
}
