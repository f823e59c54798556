/**
 * A real player for tests: FFmpeg's own RTMP client, through node-av, in a process of its own.
 *
 *   node ingest-node/src/server/ffmpeg-player-fixture.ts URL [--pictures 10]
 *
 * It plays until it has decoded so many pictures, or to the end, and prints a line of JSON (PlayerReport). What the server
 * says against it stands in its stderr, in FFmpeg's words; its exit code is then 1.
 */
import { parseArgs } from 'node:util';
import { Decoder, Demuxer } from 'node-av/api';
import { AV_LOG_ERROR } from 'node-av/constants';
import { avGetCodecName, Log, type Packet } from 'node-av/lib';

/** What a player saw. */
export interface PlayerReport {
  /** Of all streams, sorted. */
  readonly codecs: readonly (string | null)[];
  readonly size: string;
  /** Decoded. */
  readonly pictureCount: number;
  readonly audioPacketCount: number;
  readonly beginsWithKeyframe: boolean;
  readonly firstPictureMs: number;
  /** The server ended it. */
  readonly isAtEnd: boolean;
}

async function play(url: string, picturesMax: number): Promise<PlayerReport> {
  await using input = await Demuxer.open(url);
  const stream = input.video();
  if (stream === undefined) throw new Error('no video');
  using decoder = await Decoder.create(stream);
  const first: { isKeyframe: boolean; timeMs: number }[] = [];
  let pictureCount = 0;
  let audioPacketCount = 0;
  let isAtEnd = true;
  for (const packet of input.packetsSync()) {
    if (packet?.streamIndex === input.audio()?.index) audioPacketCount++;
    if (packet !== null && packet.streamIndex !== stream.index) continue;
    if (packet !== null && first.length === 0) first.push({ isKeyframe: packet.isKeyframe, timeMs: timeMsOf(packet) });
    pictureCount += decoder.decodeAllSync(packet).length;
    isAtEnd = pictureCount < picturesMax;
    if (!isAtEnd) break;
  }
  const { width, height } = stream.codecpar;
  return {
    codecs: input.streams.map(({ codecpar }) => avGetCodecName(codecpar.codecId)).sort(),
    size: `${width}x${height}`,
    pictureCount,
    audioPacketCount,
    beginsWithKeyframe: first[0]?.isKeyframe ?? false,
    firstPictureMs: first[0]?.timeMs ?? Number.NaN,
    isAtEnd,
  };
}

function timeMsOf({ dts, timeBase }: Packet): number {
  return (Number(dts) * 1_000 * timeBase.num) / timeBase.den;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { pictures: { type: 'string', default: '10' } },
});
const [url = ''] = positionals;
Log.setLevel(AV_LOG_ERROR);
let exitCode = 0;
try {
  process.stdout.write(`${JSON.stringify(await play(url, Number(values.pictures)))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  exitCode = 1;
}
process.exit(exitCode);
