import { readFileSync } from 'node:fs';
import type { TsStream } from '../../src/srt/receiver/track-choice.ts';
import { type TsPacket, TsSource } from '../../src/srt/receiver/ts-source.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import { concatenated } from '../mutate.ts';
import type { Random } from '../random.ts';

const INPUT_BYTES_MAX = 32 * 1_024;
/** How a packet stands in an input: its stream, its time, its length, and its bytes. */
const HEAD_BYTES = 4;
const TICKS_UNIT = 3_003;
/** An access unit becomes a configuration and a packet, and a packet of sound some frames. */
const OVERHEAD_BYTES_PER_UNIT = 4;
/** Parameter sets are told again with each keyframe that has others. */
const SETS_BYTES_MAX = 3 * 16 * 4_096 + 1_024;

const CODECS = [
  ['video', 'h264'],
  ['video', 'hevc'],
  ['audio', 'aac'],
  ['audio', 'mp2'],
  ['audio', 'opus'],
  ['audio', 'ac3'],
] as const;

/**
 * What an SRT receiver makes of the packets of a transport stream (Annex B, ADTS, MPEG audio, Opus): throws nothing at
 * all; gives no more bytes than it got and what must be said about them; times are numbers.
 */
export function transportStreamTarget(): FuzzTarget {
  const sine = new Uint8Array(readFileSync(new URL('../../src/srt/fixtures/ffmpeg-5.1-sine.mp2', import.meta.url)));
  return {
    name: 'transport-stream',
    corpus: [
      packet(3, 0, sine.slice(0, 4_096)),
      packet(0, 0, concatenated(unit(H264_SPS), unit(H264_PPS), unit(Uint8Array.of(0x65, 0x88, 0x84, 0)))),
      packet(2, 0, Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x01, 0x7f, 0xfc, 0x21, 0x10, 0x04, 0x60)),
      packet(4, 0, Uint8Array.of(0x7f, 0xe0, 0x04, 0xfc, 0xff, 0xfe, 0x00)),
    ],
    inputBytesMax: INPUT_BYTES_MAX,
    generate: (random) => concatenated(...Array.from({ length: 1 + random.below(20) }, () => anyPacket(random))),
    run: (input) => read([...packetsIn(input)]),
  };
}

function read(packets: readonly TsPacket[]): string {
  const source = new TsSource();
  const kinds = new Set<string>();
  for (const tsPacket of packets) {
    for (const output of source.read(tsPacket, STREAMS)) {
      kinds.add(output.kind === 'event' ? output.event.kind : output.kind);
      if (output.kind !== 'event') continue;
      const { event } = output;
      if ('payload' in event) {
        // A frame of sound may have begun in the packets before.
        const bytesMax = INPUT_BYTES_MAX * (1 + OVERHEAD_BYTES_PER_UNIT);
        mustHold(event.payload.length <= bytesMax, 'a packet is larger than what it came in');
        mustHold(Number.isSafeInteger(event.ptsUs) && Number.isSafeInteger(event.dtsUs), 'a time is no number');
      } else if ('extradata' in event) {
        mustHold(event.extradata.length <= SETS_BYTES_MAX, 'a configuration is too large');
        kinds.add(event.codec);
      }
    }
  }
  return [...kinds].toSorted().join(' ');
}

const STREAMS: readonly TsStream[] = CODECS.map(([kind, codecName], index) => ({
  index,
  kind,
  codecName,
  extradata: undefined,
  channelCount: 2,
}));
/** ISO/IEC 14496-10 §7.3.2.1: of a small picture in Baseline profile, as libx264 writes them. */
const H264_SPS = Uint8Array.of(0x67, 0x42, 0xc0, 0x0a, 0xda, 0x0a, 0x0d, 0x90);
const H264_PPS = Uint8Array.of(0x68, 0xce, 0x0f, 0xc8);

function unit(bytes: Uint8Array): Uint8Array {
  return concatenated(Uint8Array.of(0, 0, 0, 1), bytes);
}

function packet(stream: number, time: number, payload: Uint8Array): Uint8Array {
  return concatenated(Uint8Array.of(stream, time, payload.length >> 8, payload.length & 0xff), payload);
}

function* packetsIn(input: Uint8Array): Generator<TsPacket> {
  let ticks = 0;
  for (let at = 0; at + HEAD_BYTES <= input.length; ) {
    const [stream = 0, time = 0, high = 0, low = 0] = input.subarray(at, at + HEAD_BYTES);
    const sizeBytes = (high << 8) | low;
    at += HEAD_BYTES;
    // 255 is no time, and one jump lies around the wrap of 33 bits.
    ticks = time === 254 ? 2 ** 33 - 1_000 : (ticks + time * TICKS_UNIT) % 2 ** 33;
    const ptsTicks = time === 255 ? undefined : ticks;
    yield {
      streamIndex: stream % (STREAMS.length + 1),
      payload: input.slice(at, at + sizeBytes),
      ptsTicks,
      dtsTicks: undefined,
    };
    at += sizeBytes;
  }
}

/** NAL units of all types with parameter sets among them, or frames of sound with a right beginning. */
function anyPacket(random: Random): Uint8Array {
  const stream = random.below(STREAMS.length);
  const time = random.oneIn(10) ? 254 + random.below(2) : random.below(3);
  if (stream <= 1) {
    const units = Array.from({ length: 1 + random.below(6) }, () =>
      unit(random.oneIn(4) ? random.pick([H264_SPS, H264_PPS]) : random.bytes(1 + random.below(40))),
    );
    return packet(stream, time, concatenated(...units));
  }
  const beginning = [
    [0xff, 0xf1, 0x50, 0x80, 0x01, 0x7f, 0xfc],
    [0xff, 0xfd, 0x84, 0x04],
    [0x7f, 0xe0, random.below(256)],
  ][Math.min(stream - 2, 2)];
  return packet(stream, time, concatenated(Uint8Array.from(beginning ?? []), random.bytes(random.below(200))));
}
