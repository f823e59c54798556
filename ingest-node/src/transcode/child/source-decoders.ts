import type { SourceConfig, SourcePacket } from '../../media/source.ts';
import { AudioDecoder, type DecodedSound } from './audio-decoder.ts';
import { type DecodedPicture, UnsupportedCodecError, VideoDecoder } from './video-decoder.ts';

type VideoConfig = Extract<SourceConfig, { kind: 'video-config' }>;
type AudioConfig = Extract<SourceConfig, { kind: 'audio-config' }>;

/** One publisher's decoders: made by its configurations, made anew when these change. */
export class SourceDecoders {
  #video: { readonly config: VideoConfig; readonly decoder: VideoDecoder } | undefined;
  #audio: { readonly config: AudioConfig; readonly decoder: AudioDecoder } | undefined;
  #earlierErrorCount = 0;
  #unsupported: string | undefined;

  /** Of all decoders since the child began. */
  get errorCount(): number {
    return this.#earlierErrorCount + (this.#video?.decoder.errorCount ?? 0) + (this.#audio?.decoder.errorCount ?? 0);
  }

  /** Frames a second that the video's own headers state. */
  get statedFps(): number | undefined {
    return this.#video?.decoder.statedFps;
  }

  /** Why a configuration was not taken; told once. */
  takeUnsupported(): string | undefined {
    const told = this.#unsupported;
    this.#unsupported = undefined;
    return told;
  }

  async configureVideo(config: VideoConfig): Promise<void> {
    const before = this.#video?.config;
    if (before?.codec === config.codec && isSame(before.extradata, config.extradata)) return;
    this.#closeVideo();
    await this.#attempt(async () => {
      this.#video = { config, decoder: await VideoDecoder.open(config.codec, config.extradata) };
    });
  }

  async configureAudio(config: AudioConfig): Promise<void> {
    const before = this.#audio?.config;
    if (before?.codec === config.codec && isSame(before.extradata, config.extradata)) return;
    this.#closeAudio();
    await this.#attempt(async () => {
      this.#audio = { config, decoder: AudioDecoder.open(config) };
    });
  }

  async decodeVideo(packet: SourcePacket): Promise<DecodedPicture[]> {
    return (await this.#video?.decoder.decode(packet)) ?? [];
  }

  decodeAudio(packet: SourcePacket): DecodedSound[] {
    return this.#audio?.decoder.decode(packet) ?? [];
  }

  /** See AudioDecoder.compensate. */
  compensateAudio(deltaSamples: number, overSamples: number): void {
    this.#audio?.decoder.compensate(deltaSamples, overSamples);
  }

  close(): void {
    this.#closeVideo();
    this.#closeAudio();
  }

  #closeVideo(): void {
    this.#earlierErrorCount += this.#video?.decoder.errorCount ?? 0;
    this.#video?.decoder.close();
    this.#video = undefined;
  }

  #closeAudio(): void {
    this.#earlierErrorCount += this.#audio?.decoder.errorCount ?? 0;
    this.#audio?.decoder.close();
    this.#audio = undefined;
  }

  /** Media that cannot be decoded is as if it were absent: slate or silence, and the streamer is told. */
  async #attempt(open: () => Promise<void>): Promise<void> {
    try {
      await open();
    } catch (error) {
      if (!(error instanceof UnsupportedCodecError)) throw error;
      this.#unsupported = error.message;
    }
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
