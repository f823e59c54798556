import { writeAmf0 } from '../../src/rtmp/amf0-writer.ts';
import { ByteReader } from '../../src/rtmp/byte-reader.ts';
import { type DemuxOutput, MediaDemuxer } from '../../src/rtmp/media-demuxer.ts';
import { MESSAGE, type RtmpMessage } from '../../src/rtmp/message.ts';
import { RtmpError } from '../../src/rtmp/rtmp-error.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import { concatenated } from '../mutate.ts';
import type { Random } from '../random.ts';
import { amfArguments } from './amf-grammar.ts';
import { mediaPayload } from './media-grammar.ts';
import { rtmpRecordings } from './recordings.ts';
import { messagesOf } from './rtmp-messages.ts';

const INPUT_BYTES_MAX = 32 * 1_024;
/** Of one recording: its configurations come first. */
const MESSAGES_MAX = 40;
/** How a message's head is written into an input. */
const HEAD_BYTES = 8;
const SENTENCE_CHARS_MAX = 500;
/** There are as many as there are sentences in the demuxer. */
const WARNINGS_MAX = 12;
const TYPES = [MESSAGE.video, MESSAGE.audio, MESSAGE.aggregate, MESSAGE.dataAmf0, MESSAGE.dataAmf3] as const;

/** FLV and Enhanced RTMP tags: throws RtmpError and nothing else; no packet is larger than what it came in. */
export function mediaDemuxerTarget(): FuzzTarget {
  return {
    name: 'media-demuxer',
    corpus: rtmpRecordings().map((recording) =>
      concatenated(...messagesOf(recording).slice(0, MESSAGES_MAX).map(written)),
    ),
    inputBytesMax: INPUT_BYTES_MAX,
    generate: (random) => concatenated(...Array.from({ length: 1 + random.below(30) }, () => written(message(random)))),
    run: (input) => demux(messagesIn(input)),
  };
}

function demux(messages: Iterable<RtmpMessage>): string {
  const demuxer = new MediaDemuxer();
  const kinds = new Set<string>();
  const warned = new Set<string>();
  try {
    for (const message of messages) {
      for (const output of demuxer.read(message)) {
        check(output, message, warned);
        kinds.add(output.kind === 'event' ? output.event.kind : output.kind);
        // The publisher is sent away.
        if (output.kind === 'unsupported') return `unsupported ${[...kinds].toSorted().join(' ')}`;
      }
    }
  } catch (error) {
    // The connection ends with the first.
    if (!(error instanceof RtmpError)) throw error;
    return `${error.code} ${[...kinds].toSorted().join(' ')}`;
  }
  return [...kinds].toSorted().join(' ');
}

function check(output: DemuxOutput, message: RtmpMessage, warned: Set<string>): void {
  if (output.kind !== 'event') {
    mustHold(output.sentence.length < SENTENCE_CHARS_MAX, 'a sentence is too long');
    mustHold(!warned.has(output.sentence), 'a warning is repeated');
    warned.add(output.sentence);
    mustHold(warned.size <= WARNINGS_MAX, 'there is no end of warnings');
  } else if ('payload' in output.event) {
    const { payload, ptsUs, dtsUs } = output.event;
    mustHold(payload.length <= message.payload.length, 'a packet is larger than its message');
    mustHold(Number.isSafeInteger(ptsUs) && Number.isSafeInteger(dtsUs), 'a time is no number');
  }
}

/** Type, stream, time and length of a message, and its payload: how a list of them stands in one input. */
function written({ typeId, messageStreamId, timestampMs, payload }: RtmpMessage): Uint8Array {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setUint8(0, typeId);
  head.setUint8(1, messageStreamId);
  head.setUint32(2, timestampMs);
  head.setUint16(6, payload.length);
  return concatenated(new Uint8Array(head.buffer), payload.subarray(0, 0xffff));
}

function* messagesIn(input: Uint8Array): Generator<RtmpMessage> {
  const from = new ByteReader(input, 'message-truncated');
  while (from.remainingBytes >= HEAD_BYTES) {
    const typeId = from.u8();
    const messageStreamId = from.u8();
    const timestampMs = from.u32();
    const payload = from.bytes(Math.min(from.u16(), from.remainingBytes));
    yield { typeId, messageStreamId, timestampMs, payload };
  }
}

function message(random: Random): RtmpMessage {
  const typeId = random.pick(TYPES);
  const isData = typeId === MESSAGE.dataAmf0 || typeId === MESSAGE.dataAmf3;
  const payload = isData ? dataPayload(typeId, random) : mediaPayload(typeId, random);
  return { typeId, messageStreamId: 1, timestampMs: random.oneIn(5) ? random.u32() : random.below(10_000), payload };
}

function dataPayload(typeId: number, random: Random): Uint8Array {
  const name = random.pick([['onMetaData'], ['@setDataFrame', 'onMetaData'], ['additionalMedia']]);
  const values = writeAmf0(...name, ...amfArguments(random));
  return typeId === MESSAGE.dataAmf3 ? concatenated(Uint8Array.of(0), values) : values;
}
