import { AV_NOPTS_VALUE, AVERROR_EIO, AVERROR_EOF, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { avGetCodecName, Dictionary, FFmpegError, FormatContext, InputFormat, Packet } from 'node-av/lib';
import type { StartMessage } from '../receiver-messages.ts';
import type { TsStream } from './track-choice.ts';
import type { TsPacket } from './ts-source.ts';

/** Longer than the parent waits for us; what it has given up is ended by it. */
const ACCEPT_MS = 15_000;
/** A picture is cut in two where it is larger: a keyframe of a 4K source at 100 Mbit/s is under 4 MiB. */
const PACKET_BYTES_MAX = 4 * 1024 * 1024;
/** libsrt's packets in flight: at 8 s of latency and 50 Mbit/s there are 38,000. */
const WINDOW_PACKETS = 50_000;
const SRT_PACKET_BYTES = 1_472;
/** Errors in a row of a stream that goes on all the same; then it is none. */
const ERRORS_IN_A_ROW_MAX = 1_000;
/** Tables may change a track's codec in its place. */
const LOOK_EVERY_PACKETS = 100;

/** One SRT connection and the transport stream in it, through FFmpeg. */
export class SrtInput implements AsyncDisposable {
  readonly #context: FormatContext;
  readonly #packet = new Packet();
  #streams: readonly TsStream[] = [];
  #packetsUntilLook = 0;
  #ending = '';

  private constructor(context: FormatContext) {
    this.#context = context;
    this.#packet.alloc();
  }

  /** Resolves when somebody has connected and what they send has begun. */
  static async accept({ port, latencyMs, passphrase }: StartMessage): Promise<SrtInput> {
    const context = new FormatContext();
    context.allocContext();
    const options = Dictionary.fromObject({
      mode: 'listener',
      transtype: 'live',
      listen_timeout: ACCEPT_MS * 1_000,
      rcvlatency: latencyMs * 1_000,
      ffs: WINDOW_PACKETS,
      rcvbuf: WINDOW_PACKETS * SRT_PACKET_BYTES,
      ...(passphrase === undefined ? {} : { passphrase }),
      max_packet_size: PACKET_BYTES_MAX,
      // Packets as they come: a parser would hold each picture until the next one begins.
      fflags: 'noparse+nofillin',
      // It follows one wrap of the clock and no second one; PacketTimes follows them all.
      correct_ts_overflow: 0,
    });
    const format = InputFormat.findInputFormat('mpegts');
    const opened = await context.openInput(`srt://127.0.0.1:${port}`, format, options);
    options.free();
    FFmpegError.throwIfError(opened, 'receive');
    return new SrtInput(context);
  }

  /** What the stream's tables have named until now. */
  get streams(): readonly TsStream[] {
    return this.#streams;
  }

  /** Why there is no next packet. */
  get ending(): string {
    return this.#ending;
  }

  /** The next packet; `undefined` at the end. What cannot be read is skipped. */
  async next(): Promise<TsPacket | undefined> {
    for (let errors = 0; errors < ERRORS_IN_A_ROW_MAX; errors += 1) {
      const read = await this.#context.readFrame(this.#packet);
      if (read >= 0) return this.#take();
      this.#ending = read === AVERROR_EOF ? 'the connection ended' : new FFmpegError(read).message;
      if (read === AVERROR_EOF || read === AVERROR_EIO) return undefined;
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#packet.free();
    await this.#context.closeInput();
  }

  #take(): TsPacket {
    const { streamIndex, pts, dts, data } = this.#packet;
    this.#packetsUntilLook -= 1;
    if (this.#packetsUntilLook <= 0 || this.#streams[streamIndex] === undefined) this.#look();
    const payload = data === null ? new Uint8Array() : Uint8Array.from(data);
    this.#packet.unref();
    return { streamIndex, payload, ptsTicks: ticksOf(pts), dtsTicks: ticksOf(dts) };
  }

  #look(): void {
    this.#packetsUntilLook = LOOK_EVERY_PACKETS;
    this.#streams = this.#context.streams.map(({ index, codecpar }) => ({
      index,
      kind: kindOf(codecpar.codecType),
      codecName: avGetCodecName(codecpar.codecId) ?? 'unknown',
      extradata: codecpar.extradata === null ? undefined : Uint8Array.from(codecpar.extradata),
      channelCount: codecpar.channels,
    }));
  }
}

function kindOf(type: number): TsStream['kind'] {
  if (type === AVMEDIA_TYPE_VIDEO) return 'video';
  return type === AVMEDIA_TYPE_AUDIO ? 'audio' : 'other';
}

function ticksOf(value: bigint): number | undefined {
  return value === AV_NOPTS_VALUE ? undefined : Number(value);
}
