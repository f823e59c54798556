import { BitReader, BitstreamError } from '../../media/bit-reader.ts';
import { type NalCodec, type NalRole, type ParameterSets, writeUnits } from './nal-codec.ts';

/** ISO/IEC 23008-2 §7.4.2.2, table 7-1: pictures that decoding can begin with, sets, and what no decoder needs. */
const IRAP_FIRST = 16;
const IRAP_LAST = 21;
const NAL = { vps: 32, sps: 33, pps: 34, delimiter: 35, endOfSequence: 36, endOfStream: 37, filler: 38 } as const;
const HEADER_BYTES = 2;
/** profile_tier_level without its sub-layers (§7.3.3). */
const PROFILE_BYTES = 12;
const SUB_LAYERS_MAX = 7;
const SUB_LAYER_PROFILE_BITS = 88;
const SUB_LAYER_LEVEL_BITS = 8;

export const HEVC: NalCodec = {
  codec: 'hevc',
  roleOf(unit) {
    const type = typeOf(unit);
    if (type >= IRAP_FIRST && type <= IRAP_LAST) return 'keyframe';
    if (type === NAL.vps) return 'vps';
    if (type === NAL.sps) return 'sps';
    if (type === NAL.pps) return 'pps';
    return type >= NAL.delimiter && type <= NAL.filler ? 'dropped' : 'other';
  },
  parameterSetId(role: NalRole, unit: Uint8Array) {
    const reader = new BitReader(unit.subarray(HEADER_BYTES));
    if (role === 'vps') return reader.bits(4);
    return role === 'sps' ? readSps(unit).id : reader.ue();
  },
  configuration({ vps, sps, pps }: ParameterSets) {
    const [first] = sps;
    if (first === undefined || vps.length === 0 || pps.length === 0) return undefined;
    const { profile, subLayers, isNested, chromaFormat, lumaBits, chromaBits } = readSps(first);
    // 14496-15 §8.3.3.1.2. Nothing is said of segmentation, parallelism and frame rate; lengths have four bytes.
    const head = [1, ...profile, 0xf0, 0, 0xfc, 0xfc | chromaFormat, 0xf8 | lumaBits, 0xf8 | chromaBits, 0, 0];
    const arrays = [
      { type: NAL.vps, units: vps },
      { type: NAL.sps, units: sps },
      { type: NAL.pps, units: pps },
    ].flatMap(({ type, units }) => [0x80 | type, units.length >> 8, units.length & 0xff, ...writeUnits(units)]);
    return Uint8Array.from([...head, (subLayers << 3) | (isNested << 2) | 3, 3, ...arrays]);
  },
};

function typeOf(unit: Uint8Array): number {
  return ((unit[0] ?? 0) >> 1) & 0x3f;
}

/** §7.3.2.2, as far as the bit depths. */
function readSps(unit: Uint8Array) {
  const reader = new BitReader(unit.subarray(HEADER_BYTES));
  reader.skip(4);
  const subLayersMinus1 = reader.bits(3);
  if (subLayersMinus1 >= SUB_LAYERS_MAX) throw new BitstreamError('too many sub-layers');
  const isNested = reader.bit();
  const profile = Array.from({ length: PROFILE_BYTES }, () => reader.bits(8));
  skipSubLayers(reader, subLayersMinus1);
  const id = reader.ue();
  const chromaFormat = reader.ue() & 3;
  if (chromaFormat === 3) reader.skip(1);
  reader.ue();
  reader.ue();
  if (reader.bit() === 1) for (let side = 0; side < 4; side += 1) reader.ue();
  const lumaBits = reader.ue() & 7;
  const chromaBits = reader.ue() & 7;
  return { id, profile, subLayers: subLayersMinus1 + 1, isNested, chromaFormat, lumaBits, chromaBits };
}

function skipSubLayers(reader: BitReader, count: number): void {
  const present = Array.from({ length: count }, () => ({ profile: reader.bit(), level: reader.bit() }));
  if (count > 0) reader.skip(2 * (8 - count));
  for (const { profile, level } of present) {
    reader.skip(profile * SUB_LAYER_PROFILE_BITS + level * SUB_LAYER_LEVEL_BITS);
  }
}
