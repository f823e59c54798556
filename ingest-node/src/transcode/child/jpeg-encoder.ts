import {
  AV_CODEC_FLAG_QSCALE,
  AV_PIX_FMT_YUV420P,
  AVCHROMA_LOC_CENTER,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT470BG,
  FF_ENCODER_MJPEG,
  FF_QP2LAMBDA,
  SWS_AREA,
} from 'node-av/constants';
import { Codec, CodecContext, type Frame, Packet, Rational, SoftwareScaleContext } from 'node-av/lib';
import type { PictureSize } from '../ladder.ts';
import { newFrame } from './picture.ts';

/** A picture as JFIF has it: full range, by BT.601's matrix, chroma in the middle of its four pixels. */
export function newJpegFrame(size: PictureSize): Frame {
  const frame = newFrame(size);
  frame.colorRange = AVCOL_RANGE_JPEG;
  frame.colorSpace = AVCOL_SPC_BT470BG;
  frame.chromaLocation = AVCHROMA_LOC_CENTER;
  return frame;
}

/** Makes pictures for JPEGs of one size. Calls are made one after the other: a context holds state. */
export class JpegScaler {
  readonly #size: PictureSize;
  readonly #context = new SoftwareScaleContext();

  constructor(size: PictureSize) {
    this.#size = size;
    this.#context.allocContext();
    this.#context.setOption('sws_flags', SWS_AREA);
  }

  /** A new frame. The source stays the caller's. */
  async scale(source: Frame): Promise<Frame> {
    const frame = newJpegFrame(this.#size);
    const scaled = await this.#context.scaleFrame(frame, source);
    if (scaled >= 0) return frame;
    frame.free();
    throw new Error(`scaling ${source.width}x${source.height} for a thumbnail failed (${scaled})`);
  }

  close(): void {
    this.#context.freeContext();
  }
}

/** Makes JPEGs of one size. Calls are made one after the other. */
export class JpegEncoder {
  readonly #context: CodecContext;
  readonly #quality: number;
  readonly #packet = new Packet();
  #count = 0n;

  private constructor(context: CodecContext, quality: number) {
    this.#context = context;
    this.#quality = quality;
    this.#packet.alloc();
  }

  /** @param quantiser from 2, the best, to 31. */
  static async open({ widthPx, heightPx }: PictureSize, quantiser: number): Promise<JpegEncoder> {
    const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
    if (codec === null) throw new Error('FFmpeg comes without a JPEG encoder');
    const quality = quantiser * FF_QP2LAMBDA;
    const context = new CodecContext();
    context.allocContext3(codec);
    context.width = widthPx;
    context.height = heightPx;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.colorRange = AVCOL_RANGE_JPEG;
    context.timeBase = new Rational(1, 1);
    // One thread: an image is a millisecond of work, and the ladder's encoders need the CPUs.
    context.threadCount = 1;
    context.setFlags(AV_CODEC_FLAG_QSCALE);
    context.globalQuality = quality;
    const opened = await context.open2(codec, null);
    if (opened < 0) throw new Error(`the JPEG encoder refused ${widthPx}x${heightPx} (${opened})`);
    return new JpegEncoder(context, quality);
  }

  /** The frame, of newJpegFrame(), stays the caller's. */
  async encode(frame: Frame): Promise<Uint8Array> {
    // FFmpeg's encoder takes each time once.
    frame.pts = this.#count;
    this.#count += 1n;
    frame.quality = this.#quality;
    const sent = await this.#context.sendFrame(frame);
    const received = sent < 0 ? sent : this.#context.receivePacketSync(this.#packet);
    if (received < 0) throw new Error(`no JPEG came of a picture (${received})`);
    const bytes = Uint8Array.from(this.#packet.data ?? []);
    this.#packet.unref();
    return bytes;
  }

  close(): void {
    this.#context.freeContext();
    this.#packet.free();
  }
}
