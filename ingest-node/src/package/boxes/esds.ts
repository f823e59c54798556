import { type Box, bytes, type Field, fullBox, sizeBytes, u8, u16, u32 } from '../box.ts';

/** Tags of ISO/IEC 14496-1 §7.2.2.1. */
const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;
const SYNC_LAYER_CONFIG = 6;
/** ISO/IEC 14496-1 §7.2.6.6: MPEG-4 audio, as a stream of sound that comes downstream. */
const OBJECT_TYPE_MPEG4_AUDIO = 0x40;
const AUDIO_STREAM = (0x05 << 2) | 1;
/** ISO/IEC 14496-14 §3.1.2: the sync layer of MP4 files. */
const SYNC_LAYER_MP4 = 2;

export interface AacConfig {
  /** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
  readonly configuration: Uint8Array;
  readonly bitrateBpsMax: number;
}

/** Elementary stream descriptor (ISO/IEC 14496-14 §6.7.2). */
export function esds({ configuration, bitrateBpsMax }: AacConfig): Box {
  const bufferSize = [u8(0), u16(0)];
  const averageBps = u32(0);
  const decoder = [u8(OBJECT_TYPE_MPEG4_AUDIO), u8(AUDIO_STREAM), ...bufferSize, u32(bitrateBpsMax), averageBps];
  const specific = descriptor(DECODER_SPECIFIC_INFO, [bytes(configuration)]);
  const stream = descriptor(ES_DESCRIPTOR, [
    u16(0),
    u8(0),
    ...descriptor(DECODER_CONFIG, [...decoder, ...specific]),
    ...descriptor(SYNC_LAYER_CONFIG, [u8(SYNC_LAYER_MP4)]),
  ]);
  return fullBox('esds', { version: 0, flags: 0 }, ...stream);
}

/** A tag, a length in groups of seven bits (ISO/IEC 14496-1 §8.3.3), and what it is about. */
function descriptor(tag: number, content: readonly Field[]): Field[] {
  const lengthBytes = content.reduce((sum, field) => sum + sizeBytes(field), 0);
  const groups = [lengthBytes & 0x7f];
  for (let rest = lengthBytes >> 7; rest > 0; rest >>= 7) groups.unshift(0x80 | (rest & 0x7f));
  return [u8(tag), ...groups.map(u8), ...content];
}
