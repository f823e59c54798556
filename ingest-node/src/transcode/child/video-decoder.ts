import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_VP9,
  type AVCodecID,
  FF_DECODER_LIBDAV1D,
  FF_THREAD_SLICE,
  type FFVideoDecoder,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Packet } from 'node-av/lib';
import type { SourcePacket, VideoCodec } from '../../media/source.ts';

/** A decoded picture and the publisher's own time of it. Whoever takes it frees the frame. */
export interface DecodedPicture {
  readonly frame: Frame;
  readonly ptsUs: number;
}

/** A decoder for what no decoder is there for, or whose configuration it does not take. The publisher's fault. */
export class UnsupportedCodecError extends Error {
  override readonly name = 'UnsupportedCodecError';
}

const DECODERS: Record<VideoCodec, { readonly id: AVCodecID } | { readonly name: FFVideoDecoder }> = {
  h264: { id: AV_CODEC_ID_H264 },
  hevc: { id: AV_CODEC_ID_HEVC },
  vp9: { id: AV_CODEC_ID_VP9 },
  av1: { name: FF_DECODER_LIBDAV1D },
};
/** Threads within one picture, where the publisher cut it into slices or tiles; threads across pictures would add delay. */
const THREADS = 4;
/** 8K and a little: a header of a few bytes must not ask for gigabytes. */
const PIXELS_MAX = 8_192 * 4_608;
/** Timestamps of packets whose picture is not out yet. A decoder reorders at most 16 pictures (H.264 §A.3.1). */
const PENDING_MAX = 64;
/** Errors in a row after which the decoder begins anew at the next keyframe. */
const ERRORS_IN_A_ROW_MAX = 30;

/**
 * Decodes video. Timestamps never enter the decoder: packets carry a number, so that absurd ones cannot confuse it, and
 * come back with the picture they belong to.
 */
export class VideoDecoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #ptsUsOf = new Map<bigint, number>();
  #nextNumber = 0n;
  #isWaitingForKeyframe = true;
  #errorsInARow = 0;
  #errorCount = 0;

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** Throws UnsupportedCodecError and nothing else. */
  static async open(codec: VideoCodec, extradata: Uint8Array): Promise<VideoDecoder> {
    const how = DECODERS[codec];
    const decoder = 'name' in how ? Codec.findDecoderByName(how.name) : Codec.findDecoder(how.id);
    if (decoder === null) throw new UnsupportedCodecError(`There is no decoder for ${codec}.`);
    const context = new CodecContext();
    context.allocContext3(decoder);
    if (extradata.length > 0) context.extraData = Buffer.from(extradata);
    context.threadCount = THREADS;
    context.threadType = FF_THREAD_SLICE;
    const options = Dictionary.fromObject({
      max_pixels: PIXELS_MAX,
      ...(codec === 'av1' ? { max_frame_delay: 1 } : {}),
    });
    const opened = await context.open2(decoder, options);
    options.free();
    if (opened < 0) {
      context.freeContext();
      throw new UnsupportedCodecError(`The ${codec} configuration was not understood (${opened}).`);
    }
    return new VideoDecoder(context);
  }

  /** Since it was opened. */
  get errorCount(): number {
    return this.#errorCount;
  }

  /** Frames a second that the codec's own headers state. */
  get statedFps(): number | undefined {
    const { num, den } = this.#context.framerate;
    return num > 0 && den > 0 ? num / den : undefined;
  }

  /** The pictures that one packet brought out, in presentation order. Errors are counted and cost pictures. */
  async decode(source: SourcePacket): Promise<DecodedPicture[]> {
    if (this.#isWaitingForKeyframe && !source.isKeyframe) return [];
    this.#isWaitingForKeyframe = false;
    const number = this.#nextNumber;
    this.#nextNumber += 1n;
    this.#remember(number, source.ptsUs);
    this.#packet.data = Buffer.from(source.payload.buffer, source.payload.byteOffset, source.payload.byteLength);
    this.#packet.pts = number;
    this.#packet.dts = number;
    this.#packet.isKeyframe = source.isKeyframe;
    const sent = await this.#context.sendPacket(this.#packet);
    this.#packet.unref();
    this.#count(sent < 0);
    return this.#receive();
  }

  close(): void {
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
  }

  #receive(): DecodedPicture[] {
    const pictures: DecodedPicture[] = [];
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      const ptsUs = this.#ptsUsOf.get(this.#frame.pts);
      const frame = this.#frame.clone();
      if (this.#frame.decodeErrorFlags !== 0) this.#errorCount += 1;
      this.#ptsUsOf.delete(this.#frame.pts);
      this.#frame.unref();
      if (frame === null) continue;
      if (ptsUs === undefined) frame.free();
      else pictures.push({ frame, ptsUs });
    }
    return pictures;
  }

  #remember(number: bigint, ptsUs: number): void {
    this.#ptsUsOf.set(number, ptsUs);
    this.#ptsUsOf.delete(number - BigInt(PENDING_MAX));
  }

  #count(isError: boolean): void {
    if (!isError) {
      this.#errorsInARow = 0;
      return;
    }
    this.#errorCount += 1;
    this.#errorsInARow += 1;
    if (this.#errorsInARow < ERRORS_IN_A_ROW_MAX) return;
    this.#errorsInARow = 0;
    this.#context.flushBuffers();
    this.#isWaitingForKeyframe = true;
  }
}
