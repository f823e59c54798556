import type { AudioCodec, SourceConfig, SourcePacket, VideoCodec } from '../media/source.ts';
import { ByteWriter, utf8Bytes } from './byte-writer.ts';
import { PACKET_TYPE } from './enhanced-tag.ts';

export type VideoConfig = Extract<SourceConfig, { kind: 'video-config' }>;
export type AudioConfig = Extract<SourceConfig, { kind: 'audio-config' }>;

const VIDEO_FOUR_CC: Readonly<Record<VideoCodec, string>> = { h264: 'avc1', hevc: 'hvc1', av1: 'av01', vp9: 'vp09' };
/** MP2 has no name in RTMP, so a player of an SRT source with MP2 gets the picture alone. */
const AUDIO_FOUR_CC = { aac: 'mp4a', opus: 'Opus', mp3: '.mp3' } as const satisfies Partial<Record<AudioCodec, string>>;
type FlvAudioCodec = keyof typeof AUDIO_FOUR_CC;
/** FLV 10.1 §E.4.3.1 and §E.4.2.1. What has no number there is written as Enhanced RTMP. */
const AVC = 7;
const AAC = 10;
const MP3 = 2;
const MP3_RATES_HZ = [5_512, 11_025, 22_050, 44_100];
/** FLV 10.1 §E.4.2.1: for AAC the rate and the channels are always said to be these, and the decoder knows better. */
const AAC_HEAD = 0xaf;
const MP3_HEAD = 0x22;
const ENHANCED_AUDIO_HEAD = 0x90;
const ENHANCED_VIDEO_HEAD = 0x80;
const FRAME_TYPE = { key: 1, inter: 2 } as const;
const LEGACY_PACKET = { sequenceHeader: 0, frames: 1 } as const;
/** FLV 10.1 §E.4.3.1: 24 bits, signed. */
const COMPOSITION_MS_MAX = 2 ** 23 - 1;

/**
 * By which number `onMetaData` names a codec: FLV's own, or the FourCC (Enhanced RTMP v2, "Enhancing onMetaData").
 * `undefined` for one that RTMP does not carry.
 */
export function flvCodecId(codec: VideoCodec | AudioCodec): number | undefined {
  if (codec === 'h264') return AVC;
  if (codec === 'aac') return AAC;
  if (codec === 'mp3') return MP3;
  if (codec === 'mp2') return undefined;
  const fourCc = codec === 'opus' ? AUDIO_FOUR_CC[codec] : VIDEO_FOUR_CC[codec];
  return utf8Bytes(fourCc).reduce((number, byte) => number * 256 + byte, 0);
}

/** The sequence header of a video track. */
export function videoConfigBody({ codec, extradata }: VideoConfig): Uint8Array {
  return videoHead(codec, FRAME_TYPE.key, PACKET_TYPE.sequenceStart, 0).bytes(extradata).take();
}

export function videoFramesBody(codec: VideoCodec, { isKeyframe, ptsUs, dtsUs, payload }: SourcePacket): Uint8Array {
  const compositionMs = Math.round((ptsUs - dtsUs) / 1_000);
  const frameType = isKeyframe ? FRAME_TYPE.key : FRAME_TYPE.inter;
  const bounded = Math.max(-COMPOSITION_MS_MAX, Math.min(COMPOSITION_MS_MAX, compositionMs));
  return videoHead(codec, frameType, PACKET_TYPE.codedFrames, bounded).bytes(payload).take();
}

/** The sequence header of an audio track, if its codec has one. */
export function audioConfigBody({ codec, extradata }: AudioConfig): Uint8Array | undefined {
  if (codec === 'mp3' || codec === 'mp2') return undefined;
  const to = new ByteWriter();
  if (codec === 'aac') to.u8(AAC_HEAD).u8(LEGACY_PACKET.sequenceHeader);
  else enhancedAudioHead(to, codec, PACKET_TYPE.sequenceStart);
  return to.bytes(extradata).take();
}

/** `undefined` for a codec that RTMP does not carry. */
export function audioFramesBody(config: AudioConfig, { payload }: SourcePacket): Uint8Array | undefined {
  if (config.codec === 'mp2') return undefined;
  const to = new ByteWriter();
  const mp3Head = config.codec === 'mp3' ? legacyMp3Head(config) : undefined;
  if (config.codec === 'aac') to.u8(AAC_HEAD).u8(LEGACY_PACKET.frames);
  else if (mp3Head !== undefined) to.u8(mp3Head);
  else enhancedAudioHead(to, config.codec, PACKET_TYPE.codedFrames);
  return to.bytes(payload).take();
}

function videoHead(codec: VideoCodec, frameType: number, packetType: number, compositionMs: number): ByteWriter {
  const to = new ByteWriter();
  // Both ways of writing number their packets alike, and players of before 2023 know only this one.
  if (codec === 'h264')
    return to
      .u8((frameType << 4) | AVC)
      .u8(packetType)
      .u24(compositionMs);
  to.u8(ENHANCED_VIDEO_HEAD | (frameType << 4) | packetType).bytes(utf8Bytes(VIDEO_FOUR_CC[codec]));
  // Enhanced RTMP v2, "ExVideoTagBody": of these codecs only HEVC has a composition time, and only with frames.
  return codec === 'hevc' && packetType === PACKET_TYPE.codedFrames ? to.u24(compositionMs) : to;
}

function enhancedAudioHead(to: ByteWriter, codec: FlvAudioCodec, packetType: number): void {
  to.u8(ENHANCED_AUDIO_HEAD | packetType).bytes(utf8Bytes(AUDIO_FOUR_CC[codec]));
}

/** `undefined` for a shape that FLV's two bits cannot say. */
function legacyMp3Head({ sampleRateHz, channelCount }: AudioConfig): number | undefined {
  const rateIndex = MP3_RATES_HZ.indexOf(sampleRateHz);
  const isSaid = rateIndex >= 0 && (channelCount === 1 || channelCount === 2);
  return isSaid ? MP3_HEAD | (rateIndex << 2) | (channelCount - 1) : undefined;
}
