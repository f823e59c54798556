import { theBox, u32At } from '../mux/box.ts';
import { ExportError } from './export-error.ts';

/** What an AAC track's decoder is told (ISO/IEC 14496-3 §1.6.2), as far as a frame of silence depends on it. */
export interface AacConfig {
  readonly sampleRateHz: number;
  /** channelConfiguration, 1 to 7. */
  readonly channels: number;
}

/** ISO/IEC 14496-3 Table 1.17. */
const AAC_LC = 2;
/** ISO/IEC 14496-3 Table 1.18. */
const SAMPLE_RATES_HZ = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
/** Of an AudioSampleEntry, before the boxes in it (ISO/IEC 14496-12 §12.2.3). */
const SOUND_ENTRY_BYTES = 28;
/** ISO/IEC 14496-1 §7.2.2.1. */
const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;
/** Of a DecoderConfigDescriptor, before the descriptors in it (ISO/IEC 14496-1 §7.2.6.6). */
const DECODER_CONFIG_BYTES = 13;

/** Reads the body of an `mp4a`. Throws ExportError where it is not AAC-LC in frames of 1,024 samples. */
export function readAacConfig(soundEntry: Uint8Array): AacConfig {
  const esds = theBox(soundEntry.subarray(SOUND_ENTRY_BYTES), 'esds').body.subarray(4);
  const stream = descriptor(esds, ES_DESCRIPTOR);
  const flags = stream[2] ?? 0;
  // §7.2.6.5: stream dependence, URL and OCR each make it longer. Nobody writes them into a file.
  if ((flags & 0xe0) !== 0) throw unsupported('its elementary stream depends on others');
  const decoder = descriptor(stream.subarray(3), DECODER_CONFIG);
  return readSpecificConfig(descriptor(decoder.subarray(DECODER_CONFIG_BYTES), DECODER_SPECIFIC_INFO));
}

function readSpecificConfig(config: Uint8Array): AacConfig {
  const bits = u32At(Uint8Array.from([...config, 0, 0, 0, 0]), 0);
  const objectType = bits >>> 27;
  const sampleRateHz = SAMPLE_RATES_HZ[(bits >>> 23) & 0xf];
  const channels = (bits >>> 19) & 0xf;
  const hasShortFrames = ((bits >>> 18) & 1) === 1;
  if (objectType !== AAC_LC || hasShortFrames) throw unsupported(`its object type is ${objectType}`);
  if (sampleRateHz === undefined) throw unsupported('its sample rate is no usual one');
  if (channels < 1 || channels > 7) throw unsupported(`its channel configuration is ${channels}`);
  return { sampleRateHz, channels };
}

/** The body of the descriptor that begins there. Its length has seven bits a byte (ISO/IEC 14496-1 §8.3.3). */
function descriptor(bytes: Uint8Array, tag: number): Uint8Array {
  if (bytes[0] !== tag) throw unsupported(`descriptor ${bytes[0]} instead of ${tag}`);
  let lengthBytes = 0;
  for (let at = 1; at < 5; at += 1) {
    const byte = bytes[at] ?? 0;
    lengthBytes = lengthBytes * 128 + (byte & 0x7f);
    if (byte < 128) return bytes.subarray(at + 1, at + 1 + lengthBytes);
  }
  throw unsupported('a descriptor without an end');
}

function unsupported(detail: string): ExportError {
  return new ExportError('init-unsupported', `sound is not AAC-LC as ours is: ${detail}`);
}
