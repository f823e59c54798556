/**
 * A real CMAF publisher for tests: FFmpeg's own muxers and HTTP client, through node-av. A process of its own, because
 * node-av is never to be in a process that serves sockets.
 *
 *   node ingest-node/src/cmaf/ffmpeg-cmaf-publisher-fixture.ts URL [--muxer mp4] [--heights 180,90] [--rate 30] [--gop 64]
 *     [--seconds 6] [--from 0] [--paced] [--b-frames 0] [--no-audio] [--no-end]
 *
 * `mp4` sends each track in one long POST to URL/Streams(name).cmfv, a fragment every few frames; `dash` is FFmpeg's DASH
 * muxer, which PUTs an init segment and then each segment, beside a manifest. `--from` leaves the first seconds out:
 * times go on as if there had been a publisher before. SIGTERM stops it as a streamer does. Its exit code is 1 when the server says no.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR, FF_ENCODER_AAC, FF_ENCODER_LIBX264 } from 'node-av/constants';
import { Dictionary, FFmpegError, FormatContext, Log, type Stream } from 'node-av/lib';
import { FfmpegTrack } from '../server/ffmpeg-track-fixture.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    muxer: { type: 'string', default: 'mp4' },
    heights: { type: 'string', default: '180,90' },
    rate: { type: 'string', default: '30' },
    gop: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '6' },
    from: { type: 'string', default: '0' },
    paced: { type: 'boolean', default: false },
    'b-frames': { type: 'string', default: '0' },
    'no-audio': { type: 'boolean', default: false },
    'no-end': { type: 'boolean', default: false },
  },
});
const [url = ''] = positionals;
/** A fragment of a few frames, as encoders for low latency send them. */
const FRAGMENT_US = 250_000;
const DASH_SEGMENT_S = 2;

async function openTracks(): Promise<{ readonly name: string; readonly track: FfmpegTrack }[]> {
  const tracks: { readonly name: string; readonly track: FfmpegTrack }[] = [];
  const duration = `duration=${values.seconds}`;
  for (const height of values.heights.split(',').map(Number)) {
    const size = `${Math.round((height * 16) / 9 / 2) * 2}x${height}`;
    const track = await FfmpegTrack.open(
      `testsrc2=size=${size}:rate=${values.rate}:${duration},format=yuv420p`,
      FF_ENCODER_LIBX264,
      {
        gopSize: Number(values.gop),
        maxBFrames: Number(values['b-frames']),
        bitrate: height * 1_000,
        // An init segment is written before any frame is there.
        options: {
          flags: '+global_header',
          preset: 'ultrafast',
          sc_threshold: '0',
          ...(values['b-frames'] === '0' && { tune: 'zerolatency' }),
        },
      },
    );
    tracks.push({ name: `Streams(v${height}).cmfv`, track });
  }
  if (!values['no-audio']) {
    const sound = `sine=sample_rate=48000:${duration}`;
    const track = await FfmpegTrack.open(sound, FF_ENCODER_AAC, { bitrate: 64_000, autoResample: true });
    tracks.push({ name: 'Streams(a64).cmfa', track });
  }
  return tracks;
}

interface Output {
  readonly context: FormatContext;
  readonly stream: Stream;
  readonly track: FfmpegTrack;
}

async function openMp4(): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const { name, track } of await openTracks()) {
    const context = new FormatContext();
    FFmpegError.throwIfError(context.allocOutputContext2(null, 'mp4', `${url}/${name}`), 'output');
    const stream = track.addTo(context);
    FFmpegError.throwIfError(await context.openOutput(), 'publish');
    const movflags = `cmaf+empty_moov+default_base_moof+frag_keyframe${values['no-end'] ? '+skip_trailer' : ''}`;
    const options = Dictionary.fromObject({ movflags, frag_duration: String(FRAGMENT_US), flush_packets: '1' });
    FFmpegError.throwIfError(await context.writeHeader(options), 'header');
    outputs.push({ context, stream, track });
  }
  return outputs;
}

async function openDash(): Promise<Output[]> {
  const context = new FormatContext();
  FFmpegError.throwIfError(context.allocOutputContext2(null, 'dash', `${url}/manifest.mpd`), 'output');
  const tracks = await openTracks();
  const outputs = tracks.map(({ track }) => ({ context, stream: track.addTo(context), track }));
  const options = Dictionary.fromObject({
    seg_duration: String(DASH_SEGMENT_S),
    streaming: '1',
    use_template: '1',
    use_timeline: '0',
    method: 'PUT',
    http_persistent: '1',
    window_size: '3',
    format_options: 'movflags=cmaf',
  });
  FFmpegError.throwIfError(await context.writeHeader(options), 'header');
  return outputs;
}

let isStopping = false;
process.on('SIGTERM', () => {
  isStopping = true;
});

async function send(outputs: readonly Output[]): Promise<void> {
  const fromS = Number(values.from);
  const startMs = Date.now() - fromS * 1_000;
  for (;;) {
    const first = outputs.reduce((one, other) => (other.track.nextS < one.track.nextS ? other : one));
    const { context, stream, track } = first;
    const packet = track.next;
    if (packet === undefined || isStopping) break;
    if (track.nextS >= fromS) {
      if (values.paced) await sleep(Math.max(0, startMs + track.nextS * 1_000 - Date.now()));
      packet.streamIndex = stream.index;
      packet.rescaleTs(packet.timeBase, stream.timeBase);
      FFmpegError.throwIfError(await context.interleavedWriteFrame(packet), 'write');
    }
    await track.advance();
  }
  const contexts = [...new Set(outputs.map(({ context }) => context))];
  for (const context of contexts) await context.writeTrailer();
  for (const context of contexts) if (values.muxer === 'mp4') await context.closeOutput();
}

Log.setLevel(AV_LOG_ERROR);
let exitCode = 0;
try {
  await send(await (values.muxer === 'dash' ? openDash() : openMp4()));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  exitCode = 1;
}
process.exit(exitCode);
