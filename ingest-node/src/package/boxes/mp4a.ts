import { type Box, box, fixed16, u16, zeros } from '../box.ts';
import { type AacConfig, esds } from './esds.ts';

const DATA_REFERENCE_INDEX = 1;
const SAMPLE_BITS = 16;
/** The field has sixteen bits before the point; a higher rate stands in the configuration alone. */
const SAMPLE_RATE_HZ_MAX = 0xffff;

export interface AacEntry extends AacConfig {
  readonly sampleRateHz: number;
  readonly channelCount: number;
}

/** Sample entry of AAC (ISO/IEC 14496-14 §6.7.2, ISO/IEC 14496-12 §12.2.3). */
export function mp4a(entry: AacEntry): Box {
  const { sampleRateHz, channelCount } = entry;
  return box(
    'mp4a',
    zeros(6),
    u16(DATA_REFERENCE_INDEX),
    zeros(8),
    u16(channelCount),
    u16(SAMPLE_BITS),
    zeros(4),
    fixed16(sampleRateHz <= SAMPLE_RATE_HZ_MAX ? sampleRateHz : 0),
    esds(entry),
  );
}
