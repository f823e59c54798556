import { type Box, fullBox, u64 } from '../box.ts';

/** Base media decode time (ISO/IEC 14496-12 §8.8.12), in 64 bits from the first fragment on: 32 last half a day. */
export function tfdt(startTicks: number): Box {
  return fullBox('tfdt', { version: 1, flags: 0 }, u64(startTicks));
}
