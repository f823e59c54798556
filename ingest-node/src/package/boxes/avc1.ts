import { type Box, box, bytes, fixed16, u16, u32, zeros } from '../box.ts';

const DATA_REFERENCE_INDEX = 1;
const DOTS_PER_INCH = 72;
const COLOUR_WITHOUT_ALPHA = 0x18;
const PRE_DEFINED = 0xffff;

export interface AvcEntry {
  readonly widthPx: number;
  readonly heightPx: number;
  /** AVCDecoderConfigurationRecord. */
  readonly configuration: Uint8Array;
}

/**
 * Sample entry of H.264 whose parameter sets are all in the init segment (ISO/IEC 14496-15 §5.4.2). The colour stands in
 * them too (VUI), so there is no `colr` that could contradict it.
 */
export function avc1({ widthPx, heightPx, configuration }: AvcEntry): Box {
  const squarePixels = box('pasp', u32(1), u32(1));
  return box(
    'avc1',
    zeros(6),
    u16(DATA_REFERENCE_INDEX),
    zeros(16),
    u16(widthPx),
    u16(heightPx),
    fixed16(DOTS_PER_INCH),
    fixed16(DOTS_PER_INCH),
    zeros(4),
    u16(1),
    zeros(32),
    u16(COLOUR_WITHOUT_ALPHA),
    u16(PRE_DEFINED),
    box('avcC', bytes(configuration)),
    squarePixels,
  );
}
