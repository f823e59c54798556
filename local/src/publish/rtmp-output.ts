import { type CodecContext, Dictionary, FFmpegError, FormatContext, type Packet, type Stream } from 'node-av/lib';

/** FLV over FFmpeg's own RTMP client, each packet sent at once in the order it comes. */
export class RtmpOutput implements AsyncDisposable {
  readonly #context: FormatContext;
  readonly #leadMs: bigint;
  #firstDtsMs: bigint | undefined;
  #isOpen = false;

  /** `leadMs` is added to every time: encoders begin below zero (AAC's priming, B-frames), which FLV cannot say. */
  constructor(urlWithKey: string, leadMs: number) {
    this.#leadMs = BigInt(leadMs);
    this.#context = new FormatContext();
    FFmpegError.throwIfError(this.#context.allocOutputContext2(null, 'flv', urlWithKey), 'FLV output');
  }

  /** Before `open`. Returns what `write` needs. */
  addTrack(encoder: CodecContext): Stream {
    const stream = this.#context.newStream();
    FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), 'FLV track');
    stream.timeBase = encoder.timeBase;
    return stream;
  }

  /** Connects; resolves when the server has said yes to `publish`, rejects with FFmpegError on its no. */
  async open(): Promise<void> {
    FFmpegError.throwIfError(await this.#context.openOutput(), 'publish');
    this.#isOpen = true;
  }

  /** The file header, as a live stream has it: with no duration to come back to. */
  async begin(): Promise<void> {
    const options = Dictionary.fromObject({ flvflags: 'no_duration_filesize' });
    FFmpegError.throwIfError(await this.#context.writeHeader(options), 'write the header');
  }

  /** The calls of one output must not overlap. */
  async write(packet: Packet, encoder: CodecContext, stream: Stream): Promise<void> {
    packet.streamIndex = stream.index;
    // FLV's own time base, which it has set in `begin`: milliseconds (Adobe FLV 10.1, annex E.4.1).
    packet.rescaleTs(encoder.timeBase, stream.timeBase);
    packet.pts += this.#leadMs;
    packet.dts += this.#leadMs;
    if (!this.#hasBegun(packet)) return;
    FFmpegError.throwIfError(await this.#context.writeFrame(packet), 'write');
  }

  /**
   * FFmpeg's FLV muxer refuses whatever is earlier than the very first packet. So the first track begins, and what the
   * others have from before that moment (AAC's priming) is left out.
   */
  #hasBegun(packet: Packet): boolean {
    if (this.#firstDtsMs === undefined && packet.streamIndex === 0) this.#firstDtsMs = packet.dts;
    return this.#firstDtsMs !== undefined && packet.dts >= this.#firstDtsMs;
  }

  /** Says good-bye to the server: FCUnpublish and deleteStream. */
  async end(): Promise<void> {
    await this.#context.writeTrailer();
    this.#isOpen = false;
    await this.#context.closeOutput();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOpen) await this.#context.closeOutput();
    this.#context.freeContext();
  }
}
