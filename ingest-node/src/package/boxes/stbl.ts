import { type Box, box, fullBox, u32 } from '../box.ts';

/** Sample table (ISO/IEC 14496-12 §8.5): one sample entry, and tables that are empty, since all samples are in fragments. */
export function stbl(sampleEntry: Box): Box {
  const none = { version: 0, flags: 0 };
  return box(
    'stbl',
    fullBox('stsd', none, u32(1), sampleEntry),
    fullBox('stts', none, u32(0)),
    fullBox('stsc', none, u32(0)),
    fullBox('stsz', none, u32(0), u32(0)),
    fullBox('stco', none, u32(0)),
  );
}
