import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BroadcastId, ChannelId } from '@sluice/contracts';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Dictionary, FFmpegError, FormatContext, Log } from 'node-av/lib';
import { PublishOptions } from '../publish/publish-options.ts';
import { VideoTrack } from '../publish/video-track.ts';
import { readBoxes, viewOf } from './box-reader.ts';
import type { Capture, CapturedObject } from './capture.ts';

/** For tests: a capture as a healthy system would give it, with media that FFmpeg's own muxer has written. */

const STARTED_AT_MS = Date.UTC(2026, 10, 24, 12, 0, 0, 123);
/** The `standard` profile at 30 frames a second: a segment is 128 frames and has no parts. */
const SEGMENT_FRAMES = 128;
const SEGMENT_MS = (SEGMENT_FRAMES * 1_000) / 30;
const BASE = 'http://edge.test/live/demo/0123456789abcdef';

export interface CaptureFixture {
  readonly capture: Capture;
  /** The same with the bytes or the text changed. */
  with(change: { object?: (object: CapturedObject) => CapturedObject; playlist?: (text: string) => string }): Capture;
}

/** Two segments of one small video rendition. */
export async function captureFixture(): Promise<CaptureFixture> {
  const { init, fragments } = await muxedByFfmpeg();
  const entries: [string, Uint8Array][] = [['v144/init-0.mp4', init]];
  fragments.forEach((bytes, index) => {
    entries.push([`v144/${index + 1}.m4s`, bytes]);
  });
  const objects = entries.map(([path, bytes]): [string, CapturedObject] => {
    const url = `${BASE}/${path}`;
    return [
      url,
      { url, status: 200, contentType: 'video/mp4', cacheControl: 'public, max-age=31536000, immutable', bytes },
    ];
  });
  const build: CaptureFixture['with'] = ({ object = (same) => same, playlist = (same) => same }) => ({
    status: {
      channelId: ChannelId.parse('demo'),
      state: 'live',
      version: '1',
      broadcast: {
        broadcastId: BroadcastId.parse('0123456789abcdef'),
        startedAtMs: STARTED_AT_MS,
        profile: 'standard',
      },
    },
    multivariantUrl: 'http://edge.test/live/demo/index.m3u8',
    multivariant: '#EXTM3U\n',
    renditions: [
      {
        playlistUrl: `${BASE}/v144.m3u8`,
        versions: [{ url: `${BASE}/v144.m3u8`, receivedAtMs: 0, text: playlist(playlistText(fragments.length)) }],
        objects: new Map(objects.map(([url, each]) => [url, object(each)])),
      },
    ],
  });
  return { capture: build({}), with: build };
}

function playlistText(segmentCount: number): string {
  const segments = Array.from({ length: segmentCount }, (_, index) => [
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(STARTED_AT_MS + index * SEGMENT_MS).toISOString()}`,
    `#EXTINF:${(SEGMENT_MS / 1_000).toFixed(5)},`,
    `v144/${index + 1}.m4s`,
  ]);
  const head = ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:1'];
  return `${[...head, '#EXT-X-MAP:URI="v144/init-0.mp4"', ...segments.flat()].join('\n')}\n`;
}

/** CMAF by FFmpeg: one fragment a segment, with prft. */
async function muxedByFfmpeg(): Promise<{ readonly init: Uint8Array; readonly fragments: readonly Uint8Array[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-capture-'));
  const file = join(directory, 'muxed.mp4');
  await mux(file);
  const bytes = new Uint8Array(await readFile(file));
  await rm(directory, { recursive: true });
  // The end of each mdat, and of moov, is where a file would be cut; mfra at the end is left out.
  const boxes = readBoxes(viewOf(bytes));
  const cuts = boxes
    .filter(({ type }) => type === 'moov' || type === 'mdat')
    .map((box) => box.offsetBytes + box.sizeBytes);
  const [initEnd = 0] = cuts;
  const fragments = cuts.slice(1).map((end, index) => bytes.slice(cuts[index], end));
  return { init: bytes.slice(0, initEnd), fragments };
}

async function mux(file: string): Promise<void> {
  Log.setLevel(AV_LOG_ERROR);
  using video = await VideoTrack.open(
    PublishOptions.parse({ url: 'rtmp://none', widthPx: 256, heightPx: 144, keyframeEveryS: SEGMENT_MS / 1_000 }),
  );
  await using output = new FormatContext();
  FFmpegError.throwIfError(output.allocOutputContext2(null, 'mp4', file), 'mp4 output');
  const stream = output.newStream();
  stream.codecpar.fromContext(video.encoder);
  stream.timeBase = video.encoder.timeBase;
  await output.openOutput();
  const options = Dictionary.fromObject({
    movflags: '+cmaf+frag_keyframe+empty_moov+default_base_moof',
    video_track_timescale: 30_000,
    write_prft: 'wallclock',
  });
  FFmpegError.throwIfError(await output.writeHeader(options), 'mp4 header');
  for (let frame = 0; frame < 2 * SEGMENT_FRAMES; frame += 1) {
    await video.send(frame, STARTED_AT_MS + (frame * 1_000) / 30, async (packet) => {
      packet.duration = 1n;
      packet.rescaleTs(video.encoder.timeBase, stream.timeBase);
      FFmpegError.throwIfError(await output.writeFrame(packet), 'mp4 write');
    });
  }
  await output.writeTrailer();
  await output.closeOutput();
}
