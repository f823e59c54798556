import {
  AV_CHANNEL_ORDER_UNSPEC,
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_MP2,
  AV_CODEC_ID_MP3,
  AV_CODEC_ID_OPUS,
  AV_CODEC_ID_VP9,
  type AVCodecID,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Dictionary, FormatContext, Packet, Rational, type Stream } from 'node-av/lib';
import type { SourceConfig, SourcePacket } from '../../media/source.ts';
import type { PushedMetadata } from '../pusher-messages.ts';
import { type TeeTarget, teeName } from './tee-target.ts';

const CODEC_ID: Readonly<Record<SourceConfig['codec'], AVCodecID>> = {
  h264: AV_CODEC_ID_H264,
  hevc: AV_CODEC_ID_HEVC,
  av1: AV_CODEC_ID_AV1,
  vp9: AV_CODEC_ID_VP9,
  aac: AV_CODEC_ID_AAC,
  mp2: AV_CODEC_ID_MP2,
  mp3: AV_CODEC_ID_MP3,
  opus: AV_CODEC_ID_OPUS,
};
const TIME_BASE = { num: 1, den: 1_000_000 };
/** FFmpeg opens no muxer for a track without these; decoders know better. */
const NOMINAL = { widthPx: 1_280, heightPx: 720, sampleRateHz: 48_000, channelCount: 2 } as const;
const FRAME_RATE_SCALE = 1_000;

export interface MuxedTracks {
  readonly configs: readonly SourceConfig[];
  readonly metadata: PushedMetadata | undefined;
}

/** One target's stream through FFmpeg: its muxer and its protocol, behind a tee. Calls must not overlap. */
export class MuxedOutput implements Disposable {
  readonly #context = new FormatContext();
  readonly #streams = new Map<SourcePacket['kind'], Stream>();
  readonly #packet = new Packet();

  /** FFmpeg's error number where the target was not opened. The name of the output is secret. */
  static async open(target: TeeTarget, tracks: MuxedTracks): Promise<MuxedOutput | number> {
    const output = new MuxedOutput();
    const allocated = output.#context.allocOutputContext2(null, 'tee', teeName(target));
    if (allocated < 0) return allocated;
    for (const config of tracks.configs) output.#addTrack(config, tracks.metadata);
    const options = Dictionary.fromObject({});
    const written = await output.#context.writeHeader(options);
    options.free();
    if (written >= 0) return output;
    output[Symbol.dispose]();
    return written;
  }

  private constructor() {
    this.#packet.alloc();
  }

  /** Negative: FFmpeg's error number. */
  async write({ kind, ptsUs, dtsUs, isKeyframe, payload }: SourcePacket): Promise<number> {
    const stream = this.#streams.get(kind);
    if (stream === undefined) return 0;
    this.#packet.data = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    this.#packet.pts = BigInt(Math.round(ptsUs));
    this.#packet.dts = BigInt(Math.round(dtsUs));
    this.#packet.isKeyframe = isKeyframe || kind === 'audio';
    this.#packet.streamIndex = stream.index;
    this.#packet.rescaleTs(TIME_BASE, stream.timeBase);
    const written = await this.#context.writeFrame(this.#packet);
    this.#packet.unref();
    return written;
  }

  /** Says good-bye to the target. */
  async end(): Promise<void> {
    await this.#context.writeTrailer();
  }

  [Symbol.dispose](): void {
    this.#packet.free();
    this.#context.freeContext();
  }

  #addTrack(config: SourceConfig, metadata: PushedMetadata | undefined): void {
    const stream = this.#context.newStream();
    const { codecpar } = stream;
    stream.timeBase = new Rational(TIME_BASE.num, TIME_BASE.den);
    codecpar.codecId = CODEC_ID[config.codec];
    if (config.extradata.length > 0) codecpar.extradata = Buffer.from(config.extradata);
    if (config.kind === 'video-config') {
      codecpar.codecType = AVMEDIA_TYPE_VIDEO;
      codecpar.width = metadata?.widthPx ?? NOMINAL.widthPx;
      codecpar.height = metadata?.heightPx ?? NOMINAL.heightPx;
      codecpar.bitRate = BigInt(Math.round(metadata?.videoBitrateBps ?? 0));
      if (metadata?.frameRate !== undefined) {
        stream.avgFrameRate = new Rational(Math.round(metadata.frameRate * FRAME_RATE_SCALE), FRAME_RATE_SCALE);
      }
      this.#streams.set('video', stream);
      return;
    }
    codecpar.codecType = AVMEDIA_TYPE_AUDIO;
    codecpar.sampleRate = config.sampleRateHz > 0 ? config.sampleRateHz : NOMINAL.sampleRateHz;
    const nbChannels = config.channelCount > 0 ? config.channelCount : NOMINAL.channelCount;
    codecpar.channelLayout = { order: AV_CHANNEL_ORDER_UNSPEC, nbChannels, mask: 0n };
    codecpar.bitRate = BigInt(Math.round(metadata?.audioBitrateBps ?? 0));
    this.#streams.set('audio', stream);
  }
}
