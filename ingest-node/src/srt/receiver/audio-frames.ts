/** One coded audio frame as its own header tells of it. */
export interface AudioFrameHeader {
  readonly codec: 'aac' | 'mp2' | 'mp3';
  /** In front of the frame, and no part of what a decoder is given. */
  readonly prefixBytes: number;
  /** Of the whole frame, the prefix included. */
  readonly frameBytes: number;
  readonly sampleRateHz: number;
  readonly channelCount: number;
  readonly sampleCount: number;
  /** AudioSpecificConfig for AAC, empty for MPEG audio. */
  readonly extradata: Uint8Array;
}

/** A frame's header at the begin of the bytes, or `undefined` where there is none. */
export type AudioHeaderReader = (bytes: Uint8Array) => AudioFrameHeader | undefined;

/** ISO/IEC 14496-3 §1.6.3.4, table 1.18. */
const AAC_RATES_HZ = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
const AAC_SAMPLES = 1_024;
const ADTS_BYTES = 7;
const ADTS_CRC_BYTES = 2;
/** Channel configurations (table 1.19); 7 is eight channels. */
const AAC_CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];

/** ADTS (ISO/IEC 14496-3 §1.A.2.2). */
export function readAdtsHeader(bytes: Uint8Array): AudioFrameHeader | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0] = bytes;
  if (bytes.length < ADTS_BYTES || b0 !== 0xff || (b1 & 0xf6) !== 0xf0) return undefined;
  const rateIndex = (b2 >> 2) & 0xf;
  const sampleRateHz = AAC_RATES_HZ[rateIndex];
  const channelConfig = ((b2 & 1) << 2) | (b3 >> 6);
  const frameBytes = ((b3 & 3) << 11) | (b4 << 3) | (b5 >> 5);
  const prefixBytes = ADTS_BYTES + ((b1 & 1) === 0 ? ADTS_CRC_BYTES : 0);
  if (sampleRateHz === undefined || frameBytes <= prefixBytes) return undefined;
  const objectType = (b2 >> 6) + 1;
  const config = (objectType << 11) | (rateIndex << 7) | (channelConfig << 3);
  return {
    codec: 'aac',
    prefixBytes,
    frameBytes,
    sampleRateHz,
    channelCount: AAC_CHANNELS[channelConfig] ?? 0,
    sampleCount: AAC_SAMPLES,
    extradata: Uint8Array.of(config >> 8, config & 0xff),
  };
}

const MPEG_RATES_HZ = [44_100, 48_000, 32_000];
/** kbit/s by bitrate index: layer II and III of MPEG-1, and both of MPEG-2 (ISO/IEC 11172-3 and 13818-3 §2.4.2.3). */
const LAYER_2_KBPS = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
const LAYER_3_KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const LOW_RATE_KBPS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const MPEG_HEADER_BYTES = 4;
const LAYER_2 = 0b10;
const LAYER_3 = 0b01;

/** MPEG-1 and MPEG-2 audio, layers II and III. */
export function readMpegAudioHeader(bytes: Uint8Array): AudioFrameHeader | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes;
  if (bytes.length < MPEG_HEADER_BYTES || b0 !== 0xff || (b1 & 0xe0) !== 0xe0) return undefined;
  // 0: MPEG-2.5, 1: reserved, 2: MPEG-2, 3: MPEG-1.
  const version = (b1 >> 3) & 3;
  const layer = (b1 >> 1) & 3;
  const isFull = version === 3;
  const rateHz = MPEG_RATES_HZ[(b2 >> 2) & 3];
  const fullTable = layer === LAYER_2 ? LAYER_2_KBPS : LAYER_3_KBPS;
  const kbps = (isFull ? fullTable : LOW_RATE_KBPS)[b2 >> 4];
  if (version === 1 || (layer !== LAYER_2 && layer !== LAYER_3) || rateHz === undefined || !kbps) return undefined;
  const sampleRateHz = rateHz / (isFull ? 1 : version === 2 ? 2 : 4);
  const sampleCount = layer === LAYER_3 && !isFull ? 576 : 1_152;
  const frameBytes = Math.floor(((sampleCount / 8) * kbps * 1_000) / sampleRateHz) + ((b2 >> 1) & 1);
  return {
    codec: layer === LAYER_2 ? 'mp2' : 'mp3',
    prefixBytes: 0,
    frameBytes,
    sampleRateHz,
    channelCount: b3 >> 6 === 3 ? 1 : 2,
    sampleCount,
    extradata: new Uint8Array(),
  };
}
