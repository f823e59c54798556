import { type Box, box, fullBox, u32 } from '../box.ts';

/** `url ` with this flag: the media is in the same file. */
const SELF_CONTAINED = 1;

/** Data information (ISO/IEC 14496-12 §8.7.1, §8.7.2). */
export function dinf(): Box {
  const url = fullBox('url ', { version: 0, flags: SELF_CONTAINED });
  return box('dinf', fullBox('dref', { version: 0, flags: 0 }, u32(1), url));
}
