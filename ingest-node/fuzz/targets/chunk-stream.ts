import { PUBLISHER_CHUNK_LIMITS, UNREAD_BYTES_MAX } from '../../src/rtmp/chunk-limits.ts';
import { ChunkReader } from '../../src/rtmp/chunk-reader.ts';
import { MESSAGE } from '../../src/rtmp/message.ts';
import { RtmpError } from '../../src/rtmp/rtmp-error.ts';
import { Fingerprint } from '../fingerprint.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import { concatenated } from '../mutate.ts';
import { Random } from '../random.ts';
import { inRandomPieces, inReads } from '../splits.ts';
import { rtmpRecordings } from './recordings.ts';
import { CLIENT_HANDSHAKE_BYTES } from './rtmp-messages.ts';

/** Long enough for several messages, short enough for many runs. */
const INPUT_BYTES_MAX = 48 * 1_024;

const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(MESSAGE));

/** RTMP's chunk stream: throws RtmpError and nothing else; splits do not matter; what is held unread is capped. */
export function chunkStreamTarget(): FuzzTarget {
  const streams = rtmpRecordings().map((recording) => recording.subarray(CLIENT_HANDSHAKE_BYTES));
  return {
    name: 'chunk-stream',
    // Whole recordings, and their beginnings, on which far more runs fit into the time.
    corpus: [...streams, ...streams.map((stream) => stream.slice(0, 4_096))],
    inputBytesMax: INPUT_BYTES_MAX,
    generate: chunks,
    run: (input) => {
      const whole = readAll(inReads(input));
      const split = readAll(inRandomPieces(input, Random.ofBytes(input)));
      mustHold(whole.fingerprint === split.fingerprint, 'messages depend on how the bytes were split');
      return whole.outcome;
    },
  };
}

function readAll(pieces: readonly Uint8Array[]): { readonly fingerprint: string; readonly outcome: string } {
  const reader = new ChunkReader(PUBLISHER_CHUNK_LIMITS);
  const seen = new Fingerprint();
  const types = new Set<number>();
  let end = 'more is needed';
  try {
    for (const piece of pieces) {
      reader.push(piece);
      for (let message = reader.next(); message !== undefined; message = reader.next()) {
        seen.add(message.typeId, message.messageStreamId, message.timestampMs, message.payload);
        types.add(KNOWN_TYPES.has(message.typeId) ? message.typeId : 0);
        mustHold(message.payload.length <= PUBLISHER_CHUNK_LIMITS.messageBytesMax, 'a message is above its limit');
      }
      mustHold(reader.unreadBytes <= UNREAD_BYTES_MAX, 'more is held than may be');
    }
  } catch (error) {
    if (!(error instanceof RtmpError)) throw error;
    end = error.code;
  }
  return { fingerprint: seen.add(end).text, outcome: `${end} ${[...types].toSorted().join(' ')}` };
}

/** Chunks of all four formats on a few chunk streams, with the control messages that change how chunks are read. */
export function chunks(random: Random): Uint8Array {
  return concatenated(...Array.from({ length: 1 + random.below(40) }, () => chunk(random)));
}

function chunk(random: Random): Uint8Array {
  const format = random.below(4);
  const streamId = random.pick([2, 3, 4, 6, 63, 64, 319, 320, 65_599]);
  const basic =
    streamId < 64
      ? Uint8Array.of((format << 6) | streamId)
      : streamId < 320
        ? Uint8Array.of(format << 6, streamId - 64)
        : Uint8Array.of((format << 6) | 1, (streamId - 64) & 0xff, (streamId - 64) >> 8);
  const control = random.oneIn(5) ? controlMessage(random) : undefined;
  const sizeBytes = control?.payload.length ?? random.pick([0, 1, 9, 127, 128, 129, 300]);
  const typeId = control?.typeId ?? random.pick([8, 9, 15, 17, 18, 20, 22, random.below(256)]);
  const isExtended = random.oneIn(6);
  const timestamp = isExtended ? [0xff, 0xff, 0xff] : [0, random.below(256), random.below(256)];
  const header = [
    ...(format < 3 ? timestamp : []),
    ...(format < 2 ? [0, sizeBytes >> 8, sizeBytes & 0xff, typeId] : []),
    ...(format < 1 ? [random.below(3), 0, 0, 0] : []),
    ...(isExtended ? [...random.bytes(4)] : []),
  ];
  const payload = control?.payload ?? random.bytes(Math.min(sizeBytes, 128));
  return concatenated(basic, Uint8Array.from(header), payload);
}

function controlMessage(random: Random): { readonly typeId: number; readonly payload: Uint8Array } {
  const value = random.pick([0, 1, 2, 128, 4_096, 65_536, 0x7fff_ffff, 0xffff_ffff]);
  const payload = new Uint8Array(random.oneIn(4) ? random.below(6) : 4);
  if (payload.length >= 4) new DataView(payload.buffer).setUint32(0, value);
  return { typeId: random.pick([MESSAGE.setChunkSize, MESSAGE.abort, MESSAGE.windowAckSize]), payload };
}
