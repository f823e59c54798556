import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, type Packet, Rational } from 'node-av/lib';
import { TONE_SAMPLE_RATE_HZ, toneSamples } from '../clock-picture/second-tone.ts';
import { encodeFrame } from './track-encoder.ts';

const BITRATE_BPS = 128_000n;
const FRAME_SAMPLES = 1_024;

/** The tone as AAC, in step with the clock picture. */
export class AudioTrack implements Disposable {
  readonly encoder: CodecContext;
  #sentSamples = 0;

  private constructor(encoder: CodecContext) {
    this.encoder = encoder;
  }

  static async open(): Promise<AudioTrack> {
    const codec = Codec.findEncoderByName(FF_ENCODER_AAC);
    if (codec === null) throw new Error('this FFmpeg has no AAC encoder');
    const encoder = new CodecContext();
    encoder.allocContext3(codec);
    encoder.sampleRate = TONE_SAMPLE_RATE_HZ;
    encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
    encoder.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    encoder.timeBase = new Rational(1, TONE_SAMPLE_RATE_HZ);
    encoder.bitRate = BITRATE_BPS;
    encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    FFmpegError.throwIfError(await encoder.open2(codec, null), 'open the AAC encoder');
    return new AudioTrack(encoder);
  }

  /**
   * Encodes every whole AAC frame whose sound is over at `nowMs`; sample 0 sounds at `startMs` of wall time. A long gap
   * is left out, not caught up with.
   */
  async sendUntil(startMs: number, nowMs: number, onPacket: (packet: Packet) => Promise<void>): Promise<void> {
    const samplesNow = Math.floor(((nowMs - startMs) / 1_000) * TONE_SAMPLE_RATE_HZ);
    if (samplesNow - this.#sentSamples > TONE_SAMPLE_RATE_HZ) this.#sentSamples = samplesNow - FRAME_SAMPLES;
    while (this.#sentSamples + FRAME_SAMPLES <= samplesNow) await this.#sendOne(startMs, onPacket);
  }

  async finish(onPacket: (packet: Packet) => Promise<void>): Promise<void> {
    await encodeFrame(this.encoder, null, onPacket);
  }

  [Symbol.dispose](): void {
    this.encoder.freeContext();
  }

  async #sendOne(startMs: number, onPacket: (packet: Packet) => Promise<void>): Promise<void> {
    const wallS = startMs / 1_000 + this.#sentSamples / TONE_SAMPLE_RATE_HZ;
    const mono = toneSamples(wallS, FRAME_SAMPLES);
    // Planar: one channel after the other.
    const planes = new Float32Array(2 * FRAME_SAMPLES);
    planes.set(mono);
    planes.set(mono, FRAME_SAMPLES);
    using frame = Frame.fromAudioBuffer(Buffer.from(planes.buffer), {
      nbSamples: FRAME_SAMPLES,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate: TONE_SAMPLE_RATE_HZ,
      channelLayout: AV_CHANNEL_LAYOUT_STEREO,
      pts: BigInt(this.#sentSamples),
      timeBase: this.encoder.timeBase,
    });
    this.#sentSamples += FRAME_SAMPLES;
    await encodeFrame(this.encoder, frame, onPacket);
  }
}
