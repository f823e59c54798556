/**
 * A real publisher for tests and for recording: FFmpeg's own RTMP or SRT client, through node-av. A process of its own,
 * because node-av is never to be in a process that serves sockets.
 *
 *   node ingest-node/src/server/ffmpeg-publisher-fixture.ts URL [--video h264] [--audio aac] [--seconds 1] [--paced]
 *     [--offset 0]
 *
 * Video is h264, hevc, av1, vp9 or none, audio aac, opus, mp2, mp3, flac or none; FLV for RTMP, MPEG-TS for SRT. It
 * sends a test picture and a tone, as fast as it can or, `--paced`, in real time, with timestamps that begin at the
 * offset in seconds. What the server says against it stands in its stderr, in FFmpeg's words; its exit code is then 1.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  AV_LOG_ERROR,
  FF_ENCODER_AAC,
  FF_ENCODER_FLAC,
  FF_ENCODER_LIBMP3LAME,
  FF_ENCODER_LIBOPUS,
  FF_ENCODER_LIBSVTAV1,
  FF_ENCODER_LIBVPX_VP9,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
  FF_ENCODER_MP2,
  type FFEncoderCodec,
} from 'node-av/constants';
import { Dictionary, FFmpegError, FormatContext, Log } from 'node-av/lib';
import { FfmpegTrack } from './ffmpeg-track-fixture.ts';

const FRAME_RATE = 15;
const X26X = { preset: 'ultrafast', tune: 'zerolatency' };
const VIDEO: Readonly<Record<string, readonly [FFEncoderCodec, Readonly<Record<string, string>>]>> = {
  h264: [FF_ENCODER_LIBX264, X26X],
  hevc: [FF_ENCODER_LIBX265, { ...X26X, 'x265-params': 'log-level=none' }],
  av1: [FF_ENCODER_LIBSVTAV1, { preset: '12' }],
  vp9: [FF_ENCODER_LIBVPX_VP9, { deadline: 'realtime', 'cpu-used': '8' }],
};
const AUDIO: Readonly<Record<string, FFEncoderCodec>> = {
  aac: FF_ENCODER_AAC,
  opus: FF_ENCODER_LIBOPUS,
  mp2: FF_ENCODER_MP2,
  mp3: FF_ENCODER_LIBMP3LAME,
  flac: FF_ENCODER_FLAC,
};

async function openTracks(options: { video: string; audio: string; seconds: number }): Promise<FfmpegTrack[]> {
  const tracks: FfmpegTrack[] = [];
  for (const name of options.video.split(',')) {
    const [video, quick = {}] = VIDEO[name] ?? [];
    if (video === undefined) continue;
    const source = `testsrc2=size=160x90:rate=${FRAME_RATE}:duration=${options.seconds},format=yuv420p`;
    const encoding = { gopSize: FRAME_RATE, maxBFrames: 0, bitrate: 100_000, options: quick };
    tracks.push(await FfmpegTrack.open(source, video, encoding));
  }
  for (const name of options.audio.split(',')) {
    const audio = AUDIO[name];
    if (audio === undefined) continue;
    const source = `sine=sample_rate=48000:duration=${options.seconds}`;
    tracks.push(await FfmpegTrack.open(source, audio, { bitrate: 32_000, autoResample: true }));
  }
  return tracks;
}

interface Sending {
  readonly isPaced: boolean;
  readonly offsetS: number;
  /** How long the protocol is given for what it has not sent yet. */
  readonly unsentMs: number;
}

async function send(output: FormatContext, tracks: readonly FfmpegTrack[], sending: Sending): Promise<void> {
  const { isPaced, offsetS, unsentMs } = sending;
  const streams = tracks.map((track) => track.addTo(output));
  FFmpegError.throwIfError(await output.openOutput(), 'publish');
  const header = Dictionary.fromObject({ flvflags: 'no_duration_filesize', output_ts_offset: `${offsetS}s` });
  FFmpegError.throwIfError(await output.writeHeader(header), 'header');
  const startMs = Date.now();
  for (;;) {
    const track = tracks.reduce((first, other) => (other.nextS < first.nextS ? other : first));
    const stream = streams[tracks.indexOf(track)];
    const packet = track.next;
    if (packet === undefined || stream === undefined) break;
    if (isPaced) await sleep(Math.max(0, startMs + track.nextS * 1_000 - Date.now()));
    packet.streamIndex = stream.index;
    packet.rescaleTs(packet.timeBase, stream.timeBase);
    FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), 'write');
    await track.advance();
  }
  await output.writeTrailer();
  await sleep(unsentMs);
  await output.closeOutput();
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    video: { type: 'string', default: 'h264' },
    audio: { type: 'string', default: 'aac' },
    seconds: { type: 'string', default: '1' },
    paced: { type: 'boolean', default: false },
    offset: { type: 'string', default: '0' },
  },
});
const [url = ''] = positionals;
const isSrt = url.startsWith('srt:');
/** libsrt's close throws away what was not sent, and with its linger option it sometimes forgets to say goodbye. */
const SRT_UNSENT_MS = 500;
Log.setLevel(AV_LOG_ERROR);
const tracks = await openTracks({ ...values, seconds: Number(values.seconds) });
const output = new FormatContext();
FFmpegError.throwIfError(output.allocOutputContext2(null, isSrt ? 'mpegts' : 'flv', url), 'output');
let exitCode = 0;
try {
  const unsentMs = isSrt ? SRT_UNSENT_MS : 0;
  await send(output, tracks, { isPaced: values.paced, offsetS: Number(values.offset), unsentMs });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  exitCode = 1;
}
process.exit(exitCode);
