import {
  EXTENSION,
  HANDSHAKE_TYPE,
  HANDSHAKE_VERSION,
  type Handshake,
  readHandshake,
  writeHandshake,
} from '../../src/srt/handshake.ts';
import { readOffer, withLatencyMsMax, writeStreamIdText } from '../../src/srt/handshake-offer.ts';
import { DATAGRAM_BYTES_MAX, readPacketHeader } from '../../src/srt/packet.ts';
import { SrtError } from '../../src/srt/srt-error.ts';
import { readStreamId } from '../../src/srt/stream-id.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import type { Random } from '../random.ts';

const STREAM_IDS = [
  'demo-key',
  'publish:demo-key',
  '#!::r=demo-key,m=publish',
  '#!::m=request,r=x',
  '#!:{r=x}',
  'read:demo-key?token=1',
  '',
  '\0',
  'größe %20',
] as const;
const LATENCY_MS_MAX = 8_000;

/** SRT's handshake and stream id: throws SrtError and nothing else; what is read and written is the same packet. */
export function srtHandshakeTarget(): FuzzTarget {
  return {
    name: 'srt-handshake',
    corpus: STREAM_IDS.flatMap((streamId) => [conclusion(streamId), induction()]),
    inputBytesMax: DATAGRAM_BYTES_MAX,
    generate: (random) => written(anyHandshake(random)),
    run: (input) => {
      try {
        return read(input);
      } catch (error) {
        if (error instanceof SrtError) return error.code;
        throw error;
      }
    },
  };
}

function read(datagram: Uint8Array): string {
  const header = readPacketHeader(datagram);
  if (header.kind === 'data') return `data ${header.isEncrypted} ${header.isRetransmitted}`;
  const handshake = readHandshake(datagram);
  const again = writeHandshake(handshake, { destinationId: header.destinationId, timestampUs: 0 });
  mustHold(again.length === datagram.length, 'a handshake that was read and written has another length');
  mustHold(Buffer.compare(again.subarray(16), datagram.subarray(16)) === 0, 'a handshake changes when it is written');
  const limited = withLatencyMsMax(datagram, LATENCY_MS_MAX);
  mustHold(limited.length === datagram.length, 'limiting the latency changes the length');
  const offer = readOffer(readHandshake(limited));
  mustHold(offer.latencyMs <= LATENCY_MS_MAX, 'a latency is above its limit');
  const answer = readStreamId(offer.streamId);
  if (answer.kind === 'publish') {
    mustHold(answer.streamKey.length >= 1 && answer.streamKey.length <= 256, 'a stream key has no proper length');
  }
  return `${answer.kind} ${offer.isEncrypted}`;
}

const PLAIN: Handshake = {
  version: HANDSHAKE_VERSION.induction,
  encryption: 0,
  extensionField: 2,
  initialSequence: 1_234_567,
  mtuBytes: 1_500,
  flowWindowPackets: 8_192,
  type: HANDSHAKE_TYPE.induction,
  socketId: 0x1234_5678,
  cookie: 0,
  peerAddress: new Uint8Array(16),
  extensions: [],
};

function written(handshake: Handshake): Uint8Array {
  return writeHandshake(handshake, { destinationId: 0, timestampUs: 0 });
}

function induction(): Uint8Array {
  return written(PLAIN);
}

function conclusion(streamId: string): Uint8Array {
  const request = Uint8Array.of(0, 1, 5, 3, 0, 0, 0, 0xbf, 0, 120, 0, 120);
  return written({
    ...PLAIN,
    version: HANDSHAKE_VERSION.conclusion,
    type: HANDSHAKE_TYPE.conclusion,
    extensionField: 5,
    cookie: 77,
    extensions: [
      { type: EXTENSION.handshakeRequest, content: request },
      { type: EXTENSION.keyMaterialRequest, content: new Uint8Array(56).fill(7) },
      { type: EXTENSION.streamId, content: writeStreamIdText(streamId) },
    ],
  });
}

/** A handshake with most of what may stand in one, in any order. */
export function anyHandshake(random: Random): Handshake {
  const types = [1, 2, 3, 4, 5, 6, 7, 8, random.below(65_536)] as const;
  return {
    ...PLAIN,
    version: random.pick([4, 5, 0, 6]),
    type: random.pick([1, 0xffff_ffff, 0, 1_400]),
    extensionField: random.below(65_536),
    cookie: random.u32(),
    extensions: Array.from({ length: random.below(20) }, () => ({
      type: random.pick(types),
      content: random.oneIn(3) ? writeStreamIdText(random.pick(STREAM_IDS)) : random.bytes(4 * random.below(12)),
    })),
  };
}
