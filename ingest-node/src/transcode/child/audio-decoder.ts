import { AUDIO_SAMPLE_RATE_HZ } from '@sluice/contracts';
import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_MP2,
  AV_CODEC_ID_MP3,
  AV_CODEC_ID_OPUS,
  AV_SAMPLE_FMT_FLTP,
  type AVCodecID,
} from 'node-av/constants';
import { avChannelLayoutDefault, Codec, CodecContext, Frame, Packet, SoftwareResampleContext } from 'node-av/lib';
import type { SourceConfig, SourcePacket } from '../../media/source.ts';
import { UnsupportedCodecError } from './video-decoder.ts';

export type AudioConfig = Extract<SourceConfig, { kind: 'audio-config' }>;

/** Decoded sound at 48 kHz in stereo, and the publisher's own time of its first sample. */
export interface DecodedSound {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly ptsUs: number;
  readonly durationUs: number;
}

const CODEC_IDS: Record<AudioConfig['codec'], AVCodecID> = {
  aac: AV_CODEC_ID_AAC,
  opus: AV_CODEC_ID_OPUS,
  mp2: AV_CODEC_ID_MP2,
  mp3: AV_CODEC_ID_MP3,
};
const STEREO = avChannelLayoutDefault(2);

/** Decodes audio of any rate and layout to 48 kHz stereo. */
export class AudioDecoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #resampled = new Frame();
  #resampler: { readonly context: SoftwareResampleContext; readonly shape: string } | undefined;
  #errorCount = 0;

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
    this.#resampled.alloc();
  }

  /** Throws UnsupportedCodecError and nothing else. */
  static open(config: AudioConfig): AudioDecoder {
    const decoder = Codec.findDecoder(CODEC_IDS[config.codec]);
    if (decoder === null) throw new UnsupportedCodecError(`There is no decoder for ${config.codec}.`);
    const context = new CodecContext();
    context.allocContext3(decoder);
    if (config.extradata.length > 0) context.extraData = Buffer.from(config.extradata);
    if (config.sampleRateHz > 0) context.sampleRate = config.sampleRateHz;
    if (config.channelCount > 0) context.channelLayout = avChannelLayoutDefault(config.channelCount);
    context.threadCount = 1;
    const opened = context.open2Sync(decoder, null);
    if (opened < 0) {
      context.freeContext();
      throw new UnsupportedCodecError(`The ${config.codec} configuration was not understood (${opened}).`);
    }
    return new AudioDecoder(context);
  }

  /** Since it was opened. */
  get errorCount(): number {
    return this.#errorCount;
  }

  /** The sound of one packet; usually one run. Errors are counted and cost sound. */
  decode(source: SourcePacket): DecodedSound[] {
    this.#packet.data = Buffer.from(source.payload.buffer, source.payload.byteOffset, source.payload.byteLength);
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    if (sent < 0) this.#errorCount += 1;
    const sounds: DecodedSound[] = [];
    let ptsUs = source.ptsUs;
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      const durationUs = (this.#frame.nbSamples * 1e6) / Math.max(1, this.#frame.sampleRate);
      const planes = this.#resample();
      this.#frame.unref();
      if (planes !== undefined) sounds.push({ ...planes, ptsUs, durationUs });
      ptsUs += durationUs;
    }
    return sounds;
  }

  /** From now on make so many more or fewer samples out of the next ones: the clock's correction of drift. */
  compensate(deltaSamples: number, overSamples: number): void {
    this.#resampler?.context.setCompensation(deltaSamples, overSamples);
  }

  close(): void {
    this.#resampler?.context.free();
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
    this.#resampled.free();
  }

  #resample(): { left: Float32Array; right: Float32Array } | undefined {
    const context = this.#resamplerFor(this.#frame);
    const out = this.#resampled;
    out.format = AV_SAMPLE_FMT_FLTP;
    out.sampleRate = AUDIO_SAMPLE_RATE_HZ;
    out.channelLayout = STEREO;
    const converted = context?.convertFrame(out, this.#frame) ?? -1;
    const [left, right] = out.extendedData ?? [];
    const planes =
      converted >= 0 && out.nbSamples > 0 && left !== undefined && right !== undefined
        ? { left: floats(left, out.nbSamples), right: floats(right, out.nbSamples) }
        : undefined;
    if (converted < 0) this.#errorCount += 1;
    out.unref();
    return planes;
  }

  #resamplerFor(frame: Frame): SoftwareResampleContext | undefined {
    const layout = frame.channelLayout;
    const shape = `${frame.format}/${frame.sampleRate}/${layout.order}/${layout.mask}/${layout.nbChannels}`;
    if (this.#resampler?.shape === shape) return this.#resampler.context;
    this.#resampler?.context.free();
    this.#resampler = undefined;
    if (!frame.isAudio() || frame.sampleRate <= 0) return undefined;
    const context = new SoftwareResampleContext();
    // Decoders give channel counts without an order for what has no standard layout; the usual one is meant.
    const from = layout.mask === 0n ? avChannelLayoutDefault(layout.nbChannels) : layout;
    const set = context.allocSetOpts2(
      STEREO,
      AV_SAMPLE_FMT_FLTP,
      AUDIO_SAMPLE_RATE_HZ,
      from,
      sampleFormat(frame),
      frame.sampleRate,
    );
    // Always through the resampler, even from 48 kHz: switching it on later, for a correction, would click.
    if (set < 0 || context.setOption('flags', 'res') < 0 || context.init() < 0) {
      context.free();
      return undefined;
    }
    this.#resampler = { context, shape };
    return context;
  }
}

/** Frame.format is a picture's or a sound's; here it is a sound's. */
function sampleFormat(frame: Frame): typeof AV_SAMPLE_FMT_FLTP {
  return frame.format as typeof AV_SAMPLE_FMT_FLTP;
}

/** A copy: the plane's memory goes back to FFmpeg. */
function floats(plane: Buffer, count: number): Float32Array {
  const copy = new Float32Array(count);
  const bytes = count * Float32Array.BYTES_PER_ELEMENT;
  new Uint8Array(copy.buffer).set(plane.subarray(0, bytes));
  return copy;
}
