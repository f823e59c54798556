import { type Box, fullBox, u32 } from '../box.ts';

/** Movie fragment header (ISO/IEC 14496-12 §8.8.5). */
export function mfhd(sequenceNumber: number): Box {
  return fullBox('mfhd', { version: 0, flags: 0 }, u32(sequenceNumber));
}
