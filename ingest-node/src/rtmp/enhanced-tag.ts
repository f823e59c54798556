import { ByteReader } from './byte-reader.ts';
import { RtmpError } from './rtmp-error.ts';

/** Packet types of Enhanced RTMP v2 that mean the same for audio and video. */
export const PACKET_TYPE = { sequenceStart: 0, codedFrames: 1, sequenceEnd: 2, modEx: 7 } as const;
const MOD_EX_TIMESTAMP_OFFSET_NANO = 0;
/** One is defined, and each is of use once. A message of 8 MiB has room for millions. */
const MODIFIERS_MAX = 16;
/** OBS sends up to twelve. A message of 8 MiB has room for two million that are empty. */
const TRACKS_MAX = 32;
const MULTITRACK = { oneTrack: 0, manyTracks: 1, manyTracksManyCodecs: 2 } as const;

/** One track's share of an enhanced audio or video message. */
export interface EnhancedPacket {
  readonly packetType: number;
  readonly fourCc: string;
  /** 0 for a message that is not multitrack. */
  readonly trackId: number;
  readonly body: Uint8Array;
}

/** What the modifiers in front of a packet say. */
export interface EnhancedHead {
  readonly packetType: number;
  /** To be added to the message's timestamp; below a millisecond. */
  readonly offsetNs: number;
}

/** Enhanced RTMP v2, "ExVideoTagHeader" and "ExAudioTagHeader": modifiers come first, each naming what follows it. */
export function readEnhancedHead(from: ByteReader, firstPacketType: number): EnhancedHead {
  let packetType = firstPacketType;
  let offsetNs = 0;
  for (let count = 0; packetType === PACKET_TYPE.modEx; count++) {
    if (count === MODIFIERS_MAX) throw new RtmpError('tag-malformed', `more than ${MODIFIERS_MAX} modifiers`);
    const shortSize = from.u8() + 1;
    const data = from.bytes(shortSize === 256 ? from.u16() + 1 : shortSize);
    const types = from.u8();
    // Modifiers that are not known are to be skipped; that is what their size is for.
    if (types >> 4 === MOD_EX_TIMESTAMP_OFFSET_NANO) offsetNs = new ByteReader(data, 'tag-truncated').u24();
    packetType = types & 0x0f;
  }
  return { packetType, offsetNs };
}

/** The packets of one message, by track. `multitrackType` is 5 for audio and 6 for video. */
export function readEnhancedPackets(
  from: ByteReader,
  packetType: number,
  multitrackType: number,
): readonly EnhancedPacket[] {
  if (packetType !== multitrackType) {
    return [{ packetType, fourCc: readFourCc(from), trackId: 0, body: from.rest() }];
  }
  const types = from.u8();
  const mode = types >> 4;
  const innerType = types & 0x0f;
  if (innerType === multitrackType) throw new RtmpError('tag-malformed', 'multitrack within multitrack');
  const sharedFourCc = mode === MULTITRACK.manyTracksManyCodecs ? undefined : readFourCc(from);
  const packets: EnhancedPacket[] = [];
  do {
    if (packets.length === TRACKS_MAX) throw new RtmpError('tag-malformed', `more than ${TRACKS_MAX} tracks`);
    const fourCc = sharedFourCc ?? readFourCc(from);
    const trackId = from.u8();
    const body = mode === MULTITRACK.oneTrack ? from.rest() : from.bytes(from.u24());
    packets.push({ packetType: innerType, fourCc, trackId, body });
  } while (from.remainingBytes > 0);
  return packets;
}

function readFourCc(from: ByteReader): string {
  return String.fromCharCode(...from.bytes(4));
}
