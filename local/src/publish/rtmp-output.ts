import { AVIO_FLAG_WRITE } from 'node-av/constants';
import {
  type CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  IOContext,
  type Packet,
  type Stream,
} from 'node-av/lib';
import { flvPieces, isMediaTag, movedTag } from './flv-tags.ts';

/** FFmpeg's own size for a muxer's buffer. */
const MUXER_BUFFER_BYTES = 32 * 1024;
/** What a flood hands to the connection at once: enough that the connection is what bounds it. */
const FLOOD_BYTES = 512 * 1024;

/**
 * FLV over FFmpeg's own RTMP client, each packet sent at once in the order it comes. Between its muxer and its client
 * the tags pass through our hands, so that they can be sent as a broken encoder would: FFmpeg's muxer refuses to write
 * times that go back.
 */
export class RtmpOutput implements AsyncDisposable {
  readonly #urls: readonly string[];
  readonly #context = new FormatContext();
  readonly #muxed = new IOContext();
  readonly #connections: IOContext[] = [];
  readonly #leadMs: bigint;
  #pending: Buffer[] = [];
  #firstDtsMs: bigint | undefined;
  #movedByMs = 0;
  #wildByMs: number | undefined;
  #lastTag: Buffer | undefined;

  /**
   * The same goes to every address, each over a connection of its own; one that breaks ends all. `leadMs` is added to
   * every time: encoders begin below zero (AAC's priming, B-frames), which FLV cannot say.
   */
  constructor(urlsWithKeys: readonly string[], leadMs: number) {
    this.#urls = urlsWithKeys;
    this.#leadMs = BigInt(leadMs);
    FFmpegError.throwIfError(this.#context.allocOutputContext2(null, 'flv', urlsWithKeys[0] ?? ''), 'FLV output');
    this.#muxed.allocContextWithCallbacks(MUXER_BUFFER_BYTES, 1, null, (bytes) => {
      this.#pending.push(Buffer.from(bytes));
    });
    this.#context.pb = this.#muxed;
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
    for (const url of this.#urls) {
      const connection = new IOContext();
      FFmpegError.throwIfError(await connection.open2(url, AVIO_FLAG_WRITE), 'publish');
      this.#connections.push(connection);
    }
  }

  /** The file header, as a live stream has it: with no duration to come back to. */
  async begin(): Promise<void> {
    const options = Dictionary.fromObject({ flvflags: 'no_duration_filesize' });
    FFmpegError.throwIfError(await this.#context.writeHeader(options), 'write the header');
    await this.#send();
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
    await this.#send();
  }

  /** All times from now on are so much later, or earlier if it is negative. */
  jump(byMs: number): void {
    this.#movedByMs += byMs;
  }

  /** The time of the next tag alone is so much later. */
  goWild(byMs: number): void {
    this.#wildByMs = byMs;
  }

  /** Sends the last tag some more times, as fast as the connection takes it. */
  async repeat(): Promise<void> {
    if (this.#lastTag === undefined) return;
    const times = Math.ceil(FLOOD_BYTES / this.#lastTag.length);
    await this.#sendAll([Buffer.concat(Array<Buffer>(times).fill(this.#lastTag))]);
  }

  /** Says good-bye to the server: FCUnpublish and deleteStream. */
  async end(): Promise<void> {
    await this.#context.writeTrailer();
    await this.#send();
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    this.#context.pb = null;
    this.#context.freeContext();
    this.#muxed.freeContext();
  }

  async #send(): Promise<void> {
    await this.#muxed.flush();
    const pieces = flvPieces(Buffer.concat(this.#pending));
    this.#pending = [];
    await this.#sendAll(pieces.map((piece) => (isMediaTag(piece) ? this.#bent(piece) : piece)));
  }

  async #sendAll(pieces: readonly Buffer[]): Promise<void> {
    if (pieces.length === 0) return;
    for (const connection of this.#connections) {
      for (const piece of pieces) await connection.write(piece);
      await connection.flush();
      FFmpegError.throwIfError(connection.error, 'write');
    }
  }

  #bent(tag: Buffer): Buffer {
    const bent = movedTag(tag, this.#movedByMs + (this.#wildByMs ?? 0));
    this.#wildByMs = undefined;
    this.#lastTag = bent;
    return bent;
  }

  async #close(): Promise<void> {
    for (const connection of this.#connections.splice(0)) await connection.closep();
  }

  /**
   * FFmpeg's FLV muxer refuses whatever is earlier than the very first packet. So the first track begins, and what the
   * others have from before that moment (AAC's priming) is left out.
   */
  #hasBegun(packet: Packet): boolean {
    if (this.#firstDtsMs === undefined && packet.streamIndex === 0) this.#firstDtsMs = packet.dts;
    return this.#firstDtsMs !== undefined && packet.dts >= this.#firstDtsMs;
  }
}
