import { type Box, fullBox, zeros } from '../box.ts';

/** Sound media header (ISO/IEC 14496-12 §12.2.2): balance in the middle. */
export function smhd(): Box {
  return fullBox('smhd', { version: 0, flags: 0 }, zeros(4));
}
