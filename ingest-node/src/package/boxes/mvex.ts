import { type Box, box, fullBox, u32 } from '../box.ts';

const DESCRIPTION_INDEX = 1;

/** Movie extends (ISO/IEC 14496-12 §8.8.1, §8.8.3). No defaults: each fragment says its own, so it can stand alone. */
export function mvex(trackId: number): Box {
  const trex = fullBox('trex', { version: 0, flags: 0 }, u32(trackId), u32(DESCRIPTION_INDEX), u32(0), u32(0), u32(0));
  return box('mvex', trex);
}
