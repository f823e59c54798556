import type { AudioCodec } from '../media/source.ts';
import { type AudioShape, readAacShape, readOpusShape, UNKNOWN_AUDIO_SHAPE } from './audio-config.ts';
import { ByteReader } from './byte-reader.ts';
import { PACKET_TYPE, readEnhancedHead, readEnhancedPackets } from './enhanced-tag.ts';

/** FLV 10.1 §E.4.2.1; 9 was reserved and now begins an enhanced header. */
const SOUND_FORMAT = { mp3: 2, enhanced: 9, aac: 10, mp3At8Khz: 14 } as const;
const SOUND_FORMAT_NAMES: Readonly<Record<number, string>> = {
  0: 'PCM',
  1: 'ADPCM',
  3: 'PCM',
  4: 'Nellymoser',
  5: 'Nellymoser',
  6: 'Nellymoser',
  7: 'G.711 A-law',
  8: 'G.711 mu-law',
  11: 'Speex',
};
const SOUND_RATES_HZ = [5_512, 11_025, 22_050, 44_100];
const ENHANCED_CODECS: Readonly<Record<string, AudioCodec>> = { mp4a: 'aac', Opus: 'opus', '.mp3': 'mp3' };
const MULTITRACK = 5;

/** One track's share of an audio message. */
export type AudioTag = { readonly trackId: number } & (
  | { readonly kind: 'config'; readonly codec: AudioCodec; readonly extradata: Uint8Array; readonly shape: AudioShape }
  | { readonly kind: 'frames'; readonly codec: AudioCodec; readonly offsetNs: number; readonly payload: Uint8Array }
  | { readonly kind: 'unsupported'; readonly codecName: string }
);

/** The audio of one message, by track; empty for what carries no sound. Throws RtmpError with a `tag-` code. */
export function readAudioTag(payload: Uint8Array): readonly AudioTag[] {
  const first = payload[0];
  if (first === undefined) return [];
  const from = new ByteReader(payload.subarray(1), 'tag-truncated');
  switch (first >> 4) {
    case SOUND_FORMAT.enhanced:
      return readEnhanced(first, from);
    case SOUND_FORMAT.aac:
      return readAac(from);
    case SOUND_FORMAT.mp3:
      return readMp3(from, SOUND_RATES_HZ[(first >> 2) & 3] ?? 0, (first & 1) + 1);
    case SOUND_FORMAT.mp3At8Khz:
      return readMp3(from, 8_000, (first & 1) + 1);
    default:
      return [{ trackId: 0, kind: 'unsupported', codecName: SOUND_FORMAT_NAMES[first >> 4] ?? `number ${first >> 4}` }];
  }
}

function frames(trackId: number, codec: AudioCodec, payload: Uint8Array, offsetNs = 0): readonly AudioTag[] {
  return payload.length === 0 ? [] : [{ trackId, kind: 'frames', codec, offsetNs, payload }];
}

function aacConfig(trackId: number, extradata: Uint8Array): readonly AudioTag[] {
  if (extradata.length === 0) return [];
  return [{ trackId, kind: 'config', codec: 'aac', extradata, shape: readAacShape(extradata) }];
}

function readAac(from: ByteReader): readonly AudioTag[] {
  // FFmpeg before 4.4 sends a message of one byte for an AAC packet that is empty.
  if (from.remainingBytes === 0) return [];
  const isConfig = from.u8() === 0;
  return isConfig ? aacConfig(0, from.rest()) : frames(0, 'aac', from.rest());
}

/** MP3 has no configuration of its own: each message's flags are one, and repeats are dropped further on. */
function readMp3(from: ByteReader, sampleRateHz: number, channelCount: number): readonly AudioTag[] {
  const shape = { sampleRateHz, channelCount };
  const config: AudioTag = { trackId: 0, kind: 'config', codec: 'mp3', extradata: new Uint8Array(), shape };
  return [config, ...frames(0, 'mp3', from.rest())];
}

function readEnhanced(first: number, from: ByteReader): readonly AudioTag[] {
  const { packetType, offsetNs } = readEnhancedHead(from, first & 0x0f);
  return readEnhancedPackets(from, packetType, MULTITRACK).flatMap((packet): readonly AudioTag[] => {
    const { trackId, body } = packet;
    const codec = ENHANCED_CODECS[packet.fourCc];
    if (codec === undefined) return [{ trackId, kind: 'unsupported', codecName: packet.fourCc }];
    if (packet.packetType === PACKET_TYPE.sequenceStart) return enhancedConfig(trackId, codec, body);
    if (packet.packetType !== PACKET_TYPE.codedFrames) return [];
    const before = codec === 'mp3' ? enhancedConfig(trackId, 'mp3', new Uint8Array()) : [];
    return [...before, ...frames(trackId, codec, body, offsetNs)];
  });
}

function enhancedConfig(trackId: number, codec: AudioCodec, extradata: Uint8Array): readonly AudioTag[] {
  if (codec === 'aac') return aacConfig(trackId, extradata);
  if (codec === 'mp3') {
    return [{ trackId, kind: 'config', codec, extradata: new Uint8Array(), shape: UNKNOWN_AUDIO_SHAPE }];
  }
  const shape = readOpusShape(extradata);
  return shape === undefined ? [] : [{ trackId, kind: 'config', codec, extradata, shape }];
}
