import { spawnSync } from 'node:child_process';
import { Demuxer } from 'node-av/api';
import {
  AV_LOG_QUIET,
  AV_LOG_WARNING,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
  type AVMediaType,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Log, type Stream } from 'node-av/lib';

/** For tests: what FFmpeg reads and decodes out of a file with a picture and sound. */

/** Of decoded pictures and of decoded sound, what counts as white, and as a tone. */
const WHITE_LUMA_MIN = 128;
const TONE_LOUDNESS_MIN = 0.25;
/** Shorter than the dark and silent part of each second, longer than what of a tone is near zero. */
const QUIET_S = 0.1;

export interface ReadTrack {
  readonly isVideo: boolean;
  readonly packetCount: number;
  /** Of each decoded frame, in seconds. */
  readonly frameTimesS: readonly number[];
  /** Of pictures: each size once, in the order of their coming. */
  readonly sizes: readonly string[];
  /** When it became white, or a tone. */
  readonly onsetsS: readonly number[];
  readonly durationS: number;
}

export interface ReadFile {
  readonly complaints: readonly string[];
  readonly tracks: readonly ReadTrack[];
}

export async function readByFfmpeg(bytes: Uint8Array): Promise<ReadFile> {
  const complaints: string[] = [];
  Log.setLevel(AV_LOG_WARNING);
  Log.setCallback((_level, message) => complaints.push(message.trim()), { maxLevel: AV_LOG_WARNING });
  try {
    await using demuxer = await Demuxer.open(Buffer.from(bytes), { format: 'mp4' });
    const readers = await Promise.all(demuxer.streams.map(openReader));
    for (const packet of demuxer.packetsSync()) {
      if (packet === null) break;
      await readers[packet.streamIndex]?.take(packet);
      packet.free();
    }
    for (const reader of readers) await reader.end();
    return { complaints, tracks: readers.map((reader) => reader.read()) };
  } finally {
    Log.resetCallback();
    Log.setLevel(AV_LOG_QUIET);
  }
}

/** What the ffmpeg of this machine, if there is one, complains of when it decodes a file; `undefined`: there is none. */
export function complaintsOfPeer(path: string): string | undefined {
  if (spawnSync('ffmpeg', ['-version']).error !== undefined) return undefined;
  const read = spawnSync('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-'], { encoding: 'utf8' });
  return read.status === 0 ? read.stderr : `status ${read.status}: ${read.stderr}`;
}

async function openReader(stream: Stream): Promise<TrackReader> {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'parameters');
  FFmpegError.throwIfError(await decoder.open2(codec), 'open');
  return new TrackReader(stream, decoder);
}

class TrackReader {
  readonly #decoder: CodecContext;
  readonly #tickS: number;
  readonly #mediaType: AVMediaType;
  readonly #durationS: number;
  readonly #timesS: number[] = [];
  readonly #sizes: string[] = [];
  readonly #onsets = new Onsets();
  #packetCount = 0;

  constructor(stream: Stream, decoder: CodecContext) {
    this.#decoder = decoder;
    this.#tickS = stream.timeBase.num / stream.timeBase.den;
    this.#mediaType = stream.codecpar.codecType;
    this.#durationS = Number(stream.duration) * this.#tickS;
  }

  async take(packet: Parameters<CodecContext['sendPacket']>[0]): Promise<void> {
    this.#packetCount += packet === null ? 0 : 1;
    FFmpegError.throwIfError(await this.#decoder.sendPacket(packet), 'decode');
    using frame = new Frame();
    frame.alloc();
    for (;;) {
      const code = await this.#decoder.receiveFrame(frame);
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
      FFmpegError.throwIfError(code, 'decode');
      this.#look(frame);
      frame.unref();
    }
  }

  async end(): Promise<void> {
    await this.take(null);
    this.#decoder.freeContext();
  }

  read(): ReadTrack {
    return {
      isVideo: this.#isVideo,
      packetCount: this.#packetCount,
      frameTimesS: this.#timesS,
      sizes: this.#sizes,
      onsetsS: this.#onsets.timesS,
      durationS: this.#durationS,
    };
  }

  get #isVideo(): boolean {
    return this.#mediaType === AVMEDIA_TYPE_VIDEO;
  }

  #look(frame: Frame): void {
    const timeS = Number(frame.pts) * this.#tickS;
    this.#timesS.push(timeS);
    const [plane] = frame.data ?? [];
    if (plane === undefined) throw new Error('a frame without data');
    if (!this.#isVideo) {
      const samples = new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples);
      for (const [index, value] of samples.entries())
        this.#onsets.push(timeS + index / frame.sampleRate, Math.abs(value) > TONE_LOUDNESS_MIN);
      return;
    }
    const size = `${frame.width}x${frame.height}`;
    if (this.#sizes.at(-1) !== size) this.#sizes.push(size);
    const middle = plane[(frame.linesize[0] ?? 0) * Math.floor(frame.height / 2) + Math.floor(frame.width / 2)] ?? 0;
    this.#onsets.push(timeS, middle > WHITE_LUMA_MIN);
  }
}

/** When something began that was not there for a while. */
class Onsets {
  readonly timesS: number[] = [];
  #lastOnS = Number.NEGATIVE_INFINITY;

  push(timeS: number, isOn: boolean): void {
    if (!isOn) return;
    if (timeS - this.#lastOnS > QUIET_S) this.timesS.push(timeS);
    this.#lastOnS = timeS;
  }
}
