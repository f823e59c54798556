import type { MediaGrid } from '@sluice/contracts';
import {
  AV_CODEC_FLAG_CLOSED_GOP,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_MPEG,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Packet, Rational } from 'node-av/lib';
import type { EncodedFrame } from '../../media/encoded.ts';
import { avcConfiguration, avcSample } from '../avc.ts';
import type { ColourTags } from '../colour-tags.ts';
import type { VideoEncoderOptions } from '../encoder-options.ts';
import type { Rung } from '../ladder.ts';

export interface VideoEncoderSpec {
  readonly rung: Rung;
  readonly grid: MediaGrid;
  readonly options: VideoEncoderOptions;
  readonly colour: ColourTags;
}

/** One rung's H.264 encoder. What goes in as slot n comes out as frame n, at once. */
export class VideoEncoder {
  readonly #spec: VideoEncoderSpec;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  /** What the encoder is given: a picture with a time and a type of its own. One for all, since frames cost V8 a lot. */
  readonly #frame = new Frame();
  /** The slot that comes out next; nothing until one went in. */
  #expected: number | undefined;

  private constructor(spec: VideoEncoderSpec, context: CodecContext) {
    this.#spec = spec;
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  static async open(spec: VideoEncoderSpec): Promise<VideoEncoder> {
    const { rung, grid, options, colour } = spec;
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (codec === null) throw new Error('FFmpeg comes without libx264');
    const context = new CodecContext();
    context.allocContext3(codec);
    context.width = rung.widthPx;
    context.height = rung.heightPx;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(grid.frameRate.den, grid.frameRate.num);
    // Without it the level, and so the codec string, is wrong.
    context.framerate = new Rational(grid.frameRate.num, grid.frameRate.den);
    context.sampleAspectRatio = new Rational(1, 1);
    context.bitRate = BigInt(options.bitrateBps);
    context.rcMaxRate = BigInt(options.peakBitrateBps);
    context.rcBufferSize = options.bufferBits;
    context.gopSize = options.keyframeEvery;
    context.maxBFrames = 0;
    context.threadCount = options.threadCount;
    context.colorRange = AVCOL_RANGE_MPEG;
    context.colorPrimaries = colour.primaries as CodecContext['colorPrimaries'];
    context.colorTrc = colour.transfer as CodecContext['colorTrc'];
    context.colorSpace = colour.matrix as CodecContext['colorSpace'];
    context.chromaLocation = colour.chromaLocation as CodecContext['chromaLocation'];
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_CLOSED_GOP);
    const dictionary = Dictionary.fromObject(options.codecOptions);
    const opened = await context.open2(codec, dictionary);
    dictionary.free();
    if (opened < 0) throw new Error(`libx264 refused ${rung.widthPx}x${rung.heightPx} (${opened})`);
    return new VideoEncoder(spec, context);
  }

  /** AVCDecoderConfigurationRecord. */
  get configuration(): Uint8Array {
    const extradata = this.#context.extraData;
    if (extradata === null) throw new Error('libx264 gave no configuration');
    return avcConfiguration(extradata);
  }

  /** Encodes slot `slot`, each call the next one; the frame stays the caller's. */
  async encode(picture: Frame, slot: number): Promise<EncodedFrame[]> {
    const isFirst = this.#expected === undefined;
    this.#expected ??= slot;
    const frame = this.#frame;
    const held = frame.ref(picture);
    if (held < 0) throw new Error(`no memory for a reference to a picture (${held})`);
    frame.pts = BigInt(slot);
    // What the source's own picture was must not leak in: the encoder would take it as an order.
    const isKeyframe = isFirst || this.#beginsSegment(slot);
    frame.pictType = isKeyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    const sent = await this.#context.sendFrame(frame);
    frame.unref();
    if (sent < 0) throw new Error(`libx264 did not take a picture (${sent})`);
    return this.#receive(isFirst);
  }

  /**
   * Slots were left out: the one that comes next is `slot`, the first of a later segment, and so an IDR frame, before which
   * a decoder needs nothing. Throws for any other.
   */
  goOnAt(slot: number): void {
    if (!this.#beginsSegment(slot) || (this.#expected !== undefined && slot <= this.#expected)) {
      throw new Error(`${this.#spec.rung.renditionId} cannot go on at ${slot}: ${this.#expected} was due`);
    }
    // Nothing is inside it that could still come out. One that never had a picture begins wherever it gets the first.
    if (this.#expected !== undefined) this.#expected = slot;
  }

  /** What is still inside; nothing, unless an encoder was set up with delay. */
  async drain(): Promise<EncodedFrame[]> {
    await this.#context.sendFrame(null);
    return this.#receive(false);
  }

  close(): void {
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
  }

  #beginsSegment(slot: number): boolean {
    return slot % this.#spec.options.keyframeEvery === 0;
  }

  #receive(isFirst: boolean): EncodedFrame[] {
    const frames: EncodedFrame[] = [];
    const { rung, grid } = this.#spec;
    let expected = this.#expected ?? 0;
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      const slot = Number(this.#packet.pts);
      const { payload, isKeyframe } = avcSample(this.#packet.data ?? new Uint8Array(0));
      this.#packet.unref();
      if (slot !== expected || isKeyframe !== (isFirst || this.#beginsSegment(slot))) {
        throw new Error(`${rung.renditionId}: frame ${slot} (key: ${isKeyframe}) where ${expected} was due`);
      }
      expected += 1;
      this.#expected = expected;
      frames.push({
        renditionId: rung.renditionId,
        ptsTicks: slot * grid.frameDurationTicks,
        durationTicks: grid.frameDurationTicks,
        isKeyframe,
        payload,
      });
    }
    return frames;
  }
}
