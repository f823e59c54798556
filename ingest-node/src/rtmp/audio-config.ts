import { ByteReader } from './byte-reader.ts';

/** What a decoder configuration says of the sound; 0 for what it does not say. */
export interface AudioShape {
  readonly sampleRateHz: number;
  readonly channelCount: number;
}

export const UNKNOWN_AUDIO_SHAPE: AudioShape = { sampleRateHz: 0, channelCount: 0 };

/** ISO/IEC 14496-3 §1.6.3.4, by samplingFrequencyIndex. */
const AAC_RATES_HZ = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
const EXPLICIT_RATE_INDEX = 15;
const ESCAPED_OBJECT_TYPE = 31;
/** ISO/IEC 14496-3 §1.6.3.5: channelConfiguration 7 has eight channels, 1 to 6 as many as the number says. */
const AAC_CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];

/** Reads the head of an AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). A truncated one says nothing. */
export function readAacShape(config: Uint8Array): AudioShape {
  let bitOffset = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++, bitOffset++) {
      value = value * 2 + (((config[bitOffset >> 3] ?? 0) >> (7 - (bitOffset & 7))) & 1);
    }
    return value;
  };
  if (bits(5) === ESCAPED_OBJECT_TYPE) bits(6);
  const rateIndex = bits(4);
  const sampleRateHz = rateIndex === EXPLICIT_RATE_INDEX ? bits(24) : (AAC_RATES_HZ[rateIndex] ?? 0);
  const channelCount = AAC_CHANNELS[bits(4)] ?? 0;
  return bitOffset > config.length * 8 ? UNKNOWN_AUDIO_SHAPE : { sampleRateHz, channelCount };
}

const OPUS_HEAD = 'OpusHead';
/** Opus decodes to 48 kHz, whatever went in (RFC 7845 §5.1). */
const OPUS_RATE_HZ = 48_000;

/** Reads an OpusHead (RFC 7845 §5.1); `undefined` for the comment header, which may come in its place. */
export function readOpusShape(config: Uint8Array): AudioShape | undefined {
  const from = new ByteReader(config, 'tag-truncated');
  if (config.length < OPUS_HEAD.length || from.utf8(OPUS_HEAD.length) !== OPUS_HEAD) return undefined;
  from.u8(); // version
  return { sampleRateHz: OPUS_RATE_HZ, channelCount: from.u8() };
}
