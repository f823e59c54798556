import { type Box, fullBox, u32 } from '../box.ts';
import { sampleFlags } from './sample-flags.ts';

/** ISO/IEC 14496-12 §8.8.7. */
const HAS_DEFAULT_DURATION = 0x8;
const HAS_DEFAULT_FLAGS = 0x20;
const DEFAULT_BASE_IS_MOOF = 0x20000;

/** Track fragment header: every sample of a fragment is as long as the others. */
export function tfhd({
  trackId,
  sampleDurationTicks,
  isSync,
}: {
  readonly trackId: number;
  readonly sampleDurationTicks: number;
  readonly isSync: boolean;
}): Box {
  const flags = DEFAULT_BASE_IS_MOOF | HAS_DEFAULT_DURATION | HAS_DEFAULT_FLAGS;
  return fullBox('tfhd', { version: 0, flags }, u32(trackId), u32(sampleDurationTicks), u32(sampleFlags(isSync)));
}
