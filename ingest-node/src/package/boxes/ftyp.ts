import { type Box, box, text, u32 } from '../box.ts';

/** CMAF track file (ISO/IEC 23000-19 §7.2): `cmfc`, readable by everything that knows fragments with tfdt (`iso6`). */
const MAJOR_BRAND = 'iso6';
const COMPATIBLE_BRANDS = ['iso6', 'cmfc', 'mp41'];

/** File type (ISO/IEC 14496-12 §4.3). */
export function ftyp(): Box {
  return box('ftyp', text(MAJOR_BRAND), u32(0), ...COMPATIBLE_BRANDS.map(text));
}
