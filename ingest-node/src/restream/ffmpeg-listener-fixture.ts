/**
 * A real target for tests: FFmpeg's own RTMP server or SRT listener, through node-av, in a process of its own.
 *
 *   node ingest-node/src/restream/ffmpeg-listener-fixture.ts URL [--pictures 10] [--passphrase …]
 *
 * It waits for somebody to push there, decodes so many pictures, and prints a line of JSON (ListenerReport).
 */
import { parseArgs } from 'node:util';
import { Decoder, Demuxer } from 'node-av/api';
import { AV_LOG_QUIET } from 'node-av/constants';
import { avGetCodecName, Log } from 'node-av/lib';

/** What a target saw. */
export interface ListenerReport {
  /** Of all streams, sorted. */
  readonly codecs: readonly (string | null)[];
  readonly size: string;
  readonly pictureCount: number;
  readonly beginsWithKeyframe: boolean;
  /** Decoding times of the picture's packets never go back. */
  readonly isMonotonic: boolean;
}

async function listen(url: string, picturesMax: number, options: Record<string, string>): Promise<ListenerReport> {
  await using input = await Demuxer.open(url, { options });
  const stream = input.video();
  if (stream === undefined) throw new Error('no video');
  using decoder = await Decoder.create(stream);
  const times: bigint[] = [];
  let beginsWithKeyframe = false;
  let pictureCount = 0;
  for (const packet of input.packetsSync()) {
    if (packet === null) break;
    if (packet.streamIndex !== stream.index) continue;
    if (times.length === 0) beginsWithKeyframe = packet.isKeyframe;
    times.push(packet.dts);
    pictureCount += decoder.decodeAllSync(packet).length;
    if (pictureCount >= picturesMax) break;
  }
  const { width, height } = stream.codecpar;
  return {
    codecs: input.streams.map(({ codecpar }) => avGetCodecName(codecpar.codecId)).sort(),
    size: `${width}x${height}`,
    pictureCount,
    beginsWithKeyframe,
    isMonotonic: times.every((time, index) => index === 0 || time > (times[index - 1] ?? time)),
  };
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { pictures: { type: 'string', default: '10' }, passphrase: { type: 'string' } },
});
const [url = ''] = positionals;
Log.setLevel(AV_LOG_QUIET);
const { passphrase } = values;
const options: Record<string, string> = url.startsWith('srt:')
  ? { mode: 'listener', ...(passphrase !== undefined && { passphrase }) }
  : { listen: '1' };
process.stdout.write(`${JSON.stringify(await listen(url, Number(values.pictures), options))}\n`);
process.exit(0);
