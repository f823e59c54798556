import { Decoder, Demuxer, Encoder } from 'node-av/api';
import type { FFEncoderCodec } from 'node-av/constants';
import { FFmpegError, type FormatContext, type Packet, type Stream } from 'node-av/lib';

/** For FFmpeg's publishers in tests: a made source, encoded. Packets come in order. Not in a process that serves sockets. */
export class FfmpegTrack implements AsyncDisposable {
  readonly #owned = new AsyncDisposableStack();
  readonly #encoder: Encoder;
  readonly #packets: AsyncGenerator<Packet | null>;
  #next: Packet | undefined;

  private constructor(encoder: Encoder, packets: AsyncGenerator<Packet | null>) {
    this.#encoder = encoder;
    this.#packets = packets;
  }

  static async open(
    source: string,
    codec: FFEncoderCodec,
    options: Parameters<typeof Encoder.create>[1],
  ): Promise<FfmpegTrack> {
    const input = await Demuxer.open(source, { format: 'lavfi' });
    const stream = input.streams[0];
    if (stream === undefined) throw new Error('lavfi gave no stream');
    const decoder = await Decoder.create(stream);
    const encoder = await Encoder.create(codec, { ...options, decoder });
    const track = new FfmpegTrack(encoder, encoder.packets(decoder.frames(input.packets())));
    track.#owned.use(input);
    track.#owned.use(decoder);
    track.#owned.use(encoder);
    // The encoder opens with its first frame, and the muxer wants to know it before.
    await track.advance();
    return track;
  }

  get next(): Packet | undefined {
    return this.#next;
  }

  get nextS(): number {
    const packet = this.#next;
    return packet === undefined
      ? Number.POSITIVE_INFINITY
      : (Number(packet.dts) * packet.timeBase.num) / packet.timeBase.den;
  }

  async advance(): Promise<void> {
    do {
      const { done, value } = await this.#packets.next();
      this.#next = done === true ? undefined : (value ?? undefined);
      if (done === true) return;
    } while (this.#next === undefined);
  }

  addTo(output: FormatContext): Stream {
    const context = this.#encoder.getCodecContext();
    if (context === null) throw new Error('the encoder did not open');
    const stream = output.newStream();
    FFmpegError.throwIfError(stream.codecpar.fromContext(context), 'track');
    return stream;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync();
  }
}
