import { BitReader } from '../../media/bit-reader.ts';
import { type NalCodec, type NalRole, type ParameterSets, writeUnits } from './nal-codec.ts';

/** ISO/IEC 14496-10 §7.4.1, table 7-1. */
const NAL = { idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9, endOfSequence: 10, endOfStream: 11, filler: 12 } as const;
/** Profiles whose sets say the chroma format (§7.3.2.1.1), and whose record repeats it (14496-15 §5.3.3.1.2). */
const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 144, 244, 44]);
const SEI_RECOVERY_POINT = 6;
const HEADER_BYTES = 1;

export const H264: NalCodec = {
  codec: 'h264',
  roleOf(unit) {
    switch ((unit[0] ?? 0) & 0x1f) {
      case NAL.idr:
        return 'keyframe';
      case NAL.sps:
        return 'sps';
      case NAL.pps:
        return 'pps';
      case NAL.sei:
        return isRecoveryPoint(unit) ? 'recovery' : 'other';
      case NAL.delimiter:
      case NAL.endOfSequence:
      case NAL.endOfStream:
      case NAL.filler:
        return 'dropped';
      default:
        return 'other';
    }
  },
  parameterSetId(role: NalRole, unit: Uint8Array) {
    const reader = new BitReader(unit.subarray(HEADER_BYTES));
    // In a sequence parameter set, profile, constraints and level stand before it.
    if (role === 'sps') reader.skip(24);
    return reader.ue();
  },
  configuration({ sps, pps }: ParameterSets) {
    const [first] = sps;
    if (first === undefined || pps.length === 0) return undefined;
    const [, profile = 0, constraints = 0, level = 0] = first;
    const head = [1, profile, constraints, level, 0xff, 0xe0 | sps.length];
    const chroma = PROFILES_WITH_CHROMA.has(profile) ? chromaFields(first) : [];
    return Uint8Array.from([...head, ...writeUnits(sps), pps.length, ...writeUnits(pps), ...chroma]);
  },
};

/** 14496-15 §5.3.3.1.2: chroma format, bit depths, and no extended parameter sets. */
function chromaFields(sps: Uint8Array): number[] {
  const reader = new BitReader(sps.subarray(HEADER_BYTES));
  reader.skip(24);
  reader.ue();
  const chromaFormat = reader.ue();
  if (chromaFormat === 3) reader.skip(1);
  return [0xfc | (chromaFormat & 3), 0xf8 | (reader.ue() & 7), 0xf8 | (reader.ue() & 7), 0];
}

/** Streams without IDR pictures begin at one (§D.1.8). The message is looked for first, where encoders put it. */
function isRecoveryPoint(unit: Uint8Array): boolean {
  return unit[HEADER_BYTES] === SEI_RECOVERY_POINT;
}
