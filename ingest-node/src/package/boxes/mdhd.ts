import { type Box, fullBox, u16, u32 } from '../box.ts';

/** `und`, three letters of five bits (ISO/IEC 14496-12 §8.4.2): nobody told us what is spoken. */
const UNDETERMINED = 0x55c4;

/** Media header (ISO/IEC 14496-12 §8.4.2). */
export function mdhd(timescaleHz: number): Box {
  const dates = [u32(0), u32(0)];
  const durationTicks = u32(0);
  return fullBox(
    'mdhd',
    { version: 0, flags: 0 },
    ...dates,
    u32(timescaleHz),
    durationTicks,
    u16(UNDETERMINED),
    u16(0),
  );
}
