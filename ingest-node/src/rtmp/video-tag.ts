import type { VideoCodec } from '../media/source.ts';
import { ByteReader } from './byte-reader.ts';
import { PACKET_TYPE, readEnhancedHead, readEnhancedPackets } from './enhanced-tag.ts';

/** FLV 10.1 §E.4.3.1. */
const FRAME_TYPE = { key: 1, generatedKey: 4, command: 5 } as const;
const LEGACY_PACKET = { sequenceHeader: 0, frames: 1 } as const;
/** 12 is HEVC as Chinese CDNs and older FFmpeg forks spell it, laid out like AVC. */
const LEGACY_CODECS: Readonly<Record<number, VideoCodec>> = { 7: 'h264', 12: 'hevc' };
const LEGACY_NAMES: Readonly<Record<number, string>> = {
  2: 'Sorenson H.263',
  3: 'Screen video',
  4: 'VP6',
  5: 'VP6 with alpha',
  6: 'Screen video 2',
};
const ENHANCED_CODECS: Readonly<Record<string, VideoCodec>> = { avc1: 'h264', hvc1: 'hevc', av01: 'av1', vp09: 'vp9' };
/** The two packet types that audio does not have or numbers otherwise. */
const CODED_FRAMES_X = 3;
const METADATA = 4;
const MULTITRACK = 6;

/** One track's share of a video message. Times are relative to the message's own. */
export type VideoTag = { readonly trackId: number } & (
  | { readonly kind: 'config'; readonly codec: VideoCodec; readonly extradata: Uint8Array }
  | {
      readonly kind: 'frames';
      readonly codec: VideoCodec;
      readonly isKeyframe: boolean;
      readonly compositionMs: number;
      readonly offsetNs: number;
      readonly payload: Uint8Array;
    }
  | { readonly kind: 'unsupported'; readonly codecName: string }
);

/** The video of one message, by track; empty for what carries no picture. Throws RtmpError with a `tag-` code. */
export function readVideoTag(payload: Uint8Array): readonly VideoTag[] {
  const first = payload[0];
  // Empty messages are a keep-alive of some hardware encoders.
  if (first === undefined) return [];
  const from = new ByteReader(payload.subarray(1), 'tag-truncated');
  return (first & 0x80) === 0 ? readLegacy(first, from) : readEnhanced(first, from);
}

function isKeyframeType(frameType: number): boolean {
  return frameType === FRAME_TYPE.key || frameType === FRAME_TYPE.generatedKey;
}

function readLegacy(first: number, from: ByteReader): readonly VideoTag[] {
  const frameType = first >> 4;
  if (frameType === FRAME_TYPE.command) return [];
  const codecId = first & 0x0f;
  const codec = LEGACY_CODECS[codecId];
  if (codec === undefined) {
    return [{ trackId: 0, kind: 'unsupported', codecName: LEGACY_NAMES[codecId] ?? `number ${codecId}` }];
  }
  const packetType = from.u8();
  const compositionMs = from.i24();
  const body = from.rest();
  if (packetType === LEGACY_PACKET.sequenceHeader) return config(0, codec, body);
  if (packetType !== LEGACY_PACKET.frames || body.length === 0) return [];
  const isKeyframe = isKeyframeType(frameType);
  return [{ trackId: 0, kind: 'frames', codec, isKeyframe, compositionMs, offsetNs: 0, payload: body }];
}

/** An empty configuration says nothing; the one before it stays. */
function config(trackId: number, codec: VideoCodec, extradata: Uint8Array): readonly VideoTag[] {
  return extradata.length === 0 ? [] : [{ trackId, kind: 'config', codec, extradata }];
}

function readEnhanced(first: number, from: ByteReader): readonly VideoTag[] {
  const frameType = (first >> 4) & 0x07;
  const { packetType, offsetNs } = readEnhancedHead(from, first & 0x0f);
  // Colour information; the decoder finds it in the stream too.
  if (packetType === METADATA) return [];
  // A command is one byte and no picture.
  if (frameType === FRAME_TYPE.command) return [];
  return readEnhancedPackets(from, packetType, MULTITRACK).flatMap((packet): readonly VideoTag[] => {
    const { trackId, body } = packet;
    const codec = ENHANCED_CODECS[packet.fourCc];
    if (codec === undefined) return [{ trackId, kind: 'unsupported', codecName: packet.fourCc }];
    if (packet.packetType === PACKET_TYPE.sequenceStart) return config(trackId, codec, body);
    const frames = codedFrames(packet.packetType, codec, body);
    if (frames === undefined || frames.payload.length === 0) return [];
    return [{ trackId, kind: 'frames', codec, isKeyframe: isKeyframeType(frameType), offsetNs, ...frames }];
  });
}

function codedFrames(
  packetType: number,
  codec: VideoCodec,
  body: Uint8Array,
): { readonly compositionMs: number; readonly payload: Uint8Array } | undefined {
  if (packetType === CODED_FRAMES_X) return { compositionMs: 0, payload: body };
  if (packetType !== PACKET_TYPE.codedFrames) return undefined;
  // Only codecs with B-frames carry a composition time here (Enhanced RTMP v2, "ExVideoTagBody").
  if (codec !== 'h264' && codec !== 'hevc') return { compositionMs: 0, payload: body };
  const from = new ByteReader(body, 'tag-truncated');
  return { compositionMs: from.i24(), payload: from.rest() };
}
