import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ } from '@sluice/contracts';
import { AV_CODEC_FLAG_GLOBAL_HEADER, AV_SAMPLE_FMT_FLTP, FF_ENCODER_AAC } from 'node-av/constants';
import { avChannelLayoutDefault, Codec, CodecContext, Frame, Packet, Rational } from 'node-av/lib';
import type { EncodedFrame } from '../../media/encoded.ts';
import { AUDIO_BITRATE_BPS, AUDIO_RENDITION_ID } from '../ladder.ts';
import type { SampleFrame } from '../sample-fifo.ts';

/**
 * Frames the encoder wants beyond the one that is to come out: it looks one ahead, and its transform overlaps into the
 * next. So frame k comes out when frame k + 2 went in.
 */
export const AUDIO_LOOKAHEAD_FRAMES = 2;

/**
 * The AAC-LC encoder. Frame k that comes out holds exactly samples k * 1024 and on. FFmpeg's encoder gives one frame
 * more at the start, which holds the transform's run-up and nothing else (its time is 1024 before the first): that one
 * is left out, as an edit list would do in a file.
 */
export class AudioEncoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  /** The number of the frame that comes out next; nothing until one went in. */
  #expected: number | undefined;
  #hasRunUp = false;

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  static async open(): Promise<AudioEncoder> {
    const codec = Codec.findEncoderByName(FF_ENCODER_AAC);
    if (codec === null) throw new Error('FFmpeg comes without its AAC encoder');
    const context = new CodecContext();
    context.allocContext3(codec);
    context.sampleRate = AUDIO_SAMPLE_RATE_HZ;
    context.sampleFormat = AV_SAMPLE_FMT_FLTP;
    context.channelLayout = avChannelLayoutDefault(2);
    context.timeBase = new Rational(1, AUDIO_SAMPLE_RATE_HZ);
    context.bitRate = BigInt(AUDIO_BITRATE_BPS);
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    const opened = await context.open2(codec, null);
    if (opened < 0) throw new Error(`the AAC encoder did not open (${opened})`);
    return new AudioEncoder(context);
  }

  /** AudioSpecificConfig. */
  get configuration(): Uint8Array {
    const extradata = this.#context.extraData;
    if (extradata === null) throw new Error('the AAC encoder gave no configuration');
    return Uint8Array.from(extradata);
  }

  /** Takes frame number `index`, counted from the broadcast's start; each call the next one. */
  encode({ left, right }: SampleFrame, index: number): EncodedFrame[] {
    this.#expected ??= index;
    const frame = this.#frame;
    frame.format = AV_SAMPLE_FMT_FLTP;
    frame.nbSamples = AAC_FRAME_SAMPLES;
    frame.sampleRate = AUDIO_SAMPLE_RATE_HZ;
    frame.channelLayout = avChannelLayoutDefault(2);
    const got = frame.getBuffer(0);
    const [leftPlane, rightPlane] = frame.data ?? [];
    if (got < 0 || leftPlane === undefined || rightPlane === undefined) throw new Error(`no memory for sound (${got})`);
    leftPlane.set(new Uint8Array(left.buffer, left.byteOffset, left.byteLength));
    rightPlane.set(new Uint8Array(right.buffer, right.byteOffset, right.byteLength));
    frame.pts = BigInt(index * AAC_FRAME_SAMPLES);
    const sent = this.#context.sendFrameSync(frame);
    frame.unref();
    if (sent < 0) throw new Error(`the AAC encoder did not take a frame (${sent})`);
    return this.#receive();
  }

  close(): void {
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
  }

  #receive(): EncodedFrame[] {
    const frames: EncodedFrame[] = [];
    let expected = this.#expected ?? 0;
    const runUpTicks = (expected - 1) * AAC_FRAME_SAMPLES;
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      const ptsTicks = Number(this.#packet.pts);
      const payload = Uint8Array.from(this.#packet.data ?? []);
      this.#packet.unref();
      if (!this.#hasRunUp) {
        this.#hasRunUp = true;
        if (ptsTicks === runUpTicks) continue;
      }
      if (ptsTicks !== expected * AAC_FRAME_SAMPLES) throw new Error(`AAC frame at ${ptsTicks} out of order`);
      expected += 1;
      this.#expected = expected;
      const durationTicks = AAC_FRAME_SAMPLES;
      frames.push({ renditionId: AUDIO_RENDITION_ID, ptsTicks, durationTicks, isKeyframe: true, payload });
    }
    return frames;
  }
}
