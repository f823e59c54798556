import { type Field, u32 } from '../box.ts';

/** The unit matrix: a picture is shown as it is (ISO/IEC 14496-12 §8.2.2). */
export const UNIT_MATRIX: readonly Field[] = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32);
