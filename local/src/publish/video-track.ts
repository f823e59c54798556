import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Frame, type Packet, Rational } from 'node-av/lib';
import { ClockPicture } from '../clock-picture/clock-picture.ts';
import type { PublishOptions } from './publish-options.ts';
import { encodeFrame } from './track-encoder.ts';

/** The clock picture as H.264. */
export class VideoTrack implements Disposable {
  readonly encoder: CodecContext;
  readonly #picture: ClockPicture;

  private constructor(encoder: CodecContext, picture: ClockPicture) {
    this.encoder = encoder;
    this.#picture = picture;
  }

  static async open(options: PublishOptions): Promise<VideoTrack> {
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (codec === null) throw new Error('this FFmpeg has no libx264');
    const encoder = new CodecContext();
    encoder.allocContext3(codec);
    configure(encoder, options);
    const x264 = Dictionary.fromObject({
      preset: 'superfast',
      ...(options.bFrames === 0 ? { tune: 'zerolatency' } : { 'rc-lookahead': 5 }),
    });
    FFmpegError.throwIfError(await encoder.open2(codec, x264), 'open libx264');
    return new VideoTrack(encoder, new ClockPicture(options.widthPx, options.heightPx));
  }

  /** Draws and encodes frame number `frame` of the grid, burning in `wallMs`. */
  async send(frame: number, wallMs: number, onPacket: (packet: Packet) => Promise<void>): Promise<void> {
    const { bytes, widthPx, heightPx } = this.#picture.draw({ wallMs, frameCount: frame });
    using coded = Frame.fromVideoBuffer(Buffer.from(bytes.buffer), {
      width: widthPx,
      height: heightPx,
      format: AV_PIX_FMT_YUV420P,
      pts: BigInt(frame),
      timeBase: this.encoder.timeBase,
    });
    await encodeFrame(this.encoder, coded, onPacket);
  }

  async finish(onPacket: (packet: Packet) => Promise<void>): Promise<void> {
    await encodeFrame(this.encoder, null, onPacket);
  }

  [Symbol.dispose](): void {
    this.encoder.freeContext();
  }
}

function configure(encoder: CodecContext, options: PublishOptions): void {
  const { num, den } = options.frameRate;
  encoder.width = options.widthPx;
  encoder.height = options.heightPx;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.timeBase = new Rational(den, num);
  encoder.framerate = new Rational(num, den);
  encoder.gopSize = Math.max(1, Math.round((options.keyframeEveryS * num) / den));
  encoder.maxBFrames = options.bFrames;
  encoder.bitRate = BigInt(options.videoBitrateBps);
  encoder.rcMaxRate = BigInt(options.videoBitrateBps);
  encoder.rcBufferSize = options.videoBitrateBps;
  encoder.colorRange = AVCOL_RANGE_MPEG;
  encoder.colorPrimaries = AVCOL_PRI_BT709;
  encoder.colorTrc = AVCOL_TRC_BT709;
  encoder.colorSpace = AVCOL_SPC_BT709;
  // One thread is plenty for this picture, and slices of more threads would cost bits.
  encoder.threadCount = 1;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
}
