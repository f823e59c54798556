import { type Box, fixed16, fullBox, u16, u32, zeros } from '../box.ts';
import { UNIT_MATRIX } from './matrix.ts';

/** Enabled, and part of the presentation. */
const FLAGS = 0x1 | 0x2;
const FULL_VOLUME = 0x100;

/** Track header (ISO/IEC 14496-12 §8.3.2). Sound has no size, and a picture no volume. */
export function tkhd(trackId: number, size: { readonly widthPx: number; readonly heightPx: number } | undefined): Box {
  const dates = [u32(0), u32(0)];
  const durationTicks = u32(0);
  const layerAndGroup = [u16(0), u16(0)];
  const volume = u16(size === undefined ? FULL_VOLUME : 0);
  return fullBox(
    'tkhd',
    { version: 0, flags: FLAGS },
    ...dates,
    u32(trackId),
    zeros(4),
    durationTicks,
    zeros(8),
    ...layerAndGroup,
    volume,
    zeros(2),
    ...UNIT_MATRIX,
    fixed16(size?.widthPx ?? 0),
    fixed16(size?.heightPx ?? 0),
  );
}
