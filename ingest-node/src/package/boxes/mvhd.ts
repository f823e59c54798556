import { type Box, fixed16, fullBox, u16, u32, zeros } from '../box.ts';
import { UNIT_MATRIX } from './matrix.ts';

/** Movie header (ISO/IEC 14496-12 §8.2.2). Duration 0: all of it is in fragments (rfc8216bis §3.1.2). */
export function mvhd({ timescaleHz, trackId }: { readonly timescaleHz: number; readonly trackId: number }): Box {
  const dates = [u32(0), u32(0)];
  const rateAndVolume = [fixed16(1), u16(0x100)];
  const rest = [zeros(10), ...UNIT_MATRIX, zeros(24), u32(trackId + 1)];
  return fullBox('mvhd', { version: 0, flags: 0 }, ...dates, u32(timescaleHz), u32(0), ...rateAndVolume, ...rest);
}
