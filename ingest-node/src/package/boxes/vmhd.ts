import { type Box, fullBox, zeros } from '../box.ts';

/** Video media header (ISO/IEC 14496-12 §12.1.2): copy mode, no colour. */
export function vmhd(): Box {
  return fullBox('vmhd', { version: 0, flags: 1 }, zeros(8));
}
