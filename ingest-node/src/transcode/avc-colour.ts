import { BitReader, BitstreamError } from '../media/bit-reader.ts';
import { type ColourTags, UNSPECIFIED } from './colour-tags.ts';

/** ITU-T H.264 §E.2.1: what holds where the sequence parameter set says nothing. */
const UNTOLD: ColourTags = { primaries: UNSPECIFIED, transfer: UNSPECIFIED, matrix: UNSPECIFIED, chromaLocation: 1 };

/** In an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1.2): the count of SPS, then length and bytes of each. */
const SPS_COUNT_AT = 5;
const SPS_LENGTH_AT = 6;
const SPS_AT = 8;
const NAL_HEADER_BYTES = 1;
/** Profiles whose SPS says the chroma format (H.264 §7.3.2.1.1) and that an encoder of ours may have. */
const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 244]);
const EXTENDED_SAR = 255;

/**
 * The colours that a decoder configuration of ours states: encoders that go on with a broadcast have the same ones.
 * `undefined` where they cannot be read. What x264 never writes (scaling lists, picture order of type 1) is not read.
 */
export function avcColour(configuration: Uint8Array): ColourTags | undefined {
  const sps = firstSps(configuration);
  if (sps === undefined) return undefined;
  try {
    const reader = new BitReader(sps.subarray(NAL_HEADER_BYTES));
    return isAtVui(reader) ? vuiColour(reader) : undefined;
  } catch (error) {
    if (error instanceof BitstreamError) return undefined;
    throw error;
  }
}

function firstSps(configuration: Uint8Array): Uint8Array | undefined {
  const [high, low] = [configuration[SPS_LENGTH_AT], configuration[SPS_LENGTH_AT + 1]];
  if (configuration[0] !== 1 || high === undefined || low === undefined) return undefined;
  const isThere = ((configuration[SPS_COUNT_AT] ?? 0) & 0x1f) > 0;
  return isThere ? configuration.subarray(SPS_AT, SPS_AT + high * 256 + low) : undefined;
}

/** Reads up to vui_parameters_present_flag (H.264 §7.3.2.1.1). `false`: something is in between that is not ours. */
function isAtVui(reader: BitReader): boolean {
  const profile = reader.bits(8);
  // Constraints and level.
  reader.skip(16);
  reader.ue();
  if (PROFILES_WITH_CHROMA.has(profile) && !isPastChroma(reader)) return false;
  // log2_max_frame_num_minus4
  reader.ue();
  const orderType = reader.ue();
  if (orderType === 1) return false;
  // log2_max_pic_order_cnt_lsb_minus4
  if (orderType === 0) reader.ue();
  // max_num_ref_frames, gaps_in_frame_num_value_allowed_flag, width and height
  reader.ue();
  reader.bit();
  reader.ue();
  reader.ue();
  // frame_mbs_only_flag, or mb_adaptive_frame_field_flag behind it; direct_8x8_inference_flag
  if (reader.bit() === 0) reader.bit();
  reader.bit();
  if (reader.bit() === 1) for (let side = 0; side < 4; side += 1) reader.ue();
  return true;
}

/** chroma_format_idc to seq_scaling_matrix_present_flag; `false` where there are scaling lists. */
function isPastChroma(reader: BitReader): boolean {
  const chromaFormat = reader.ue();
  if (chromaFormat === 3) reader.bit();
  reader.ue();
  reader.ue();
  // qpprime_y_zero_transform_bypass_flag
  reader.bit();
  return reader.bit() === 0;
}

/** H.264 §E.1.1, as far as chroma_loc_info. */
function vuiColour(reader: BitReader): ColourTags {
  // vui_parameters_present_flag
  if (reader.bit() === 0) return UNTOLD;
  if (reader.bit() === 1 && reader.bits(8) === EXTENDED_SAR) reader.skip(32);
  // overscan_info_present_flag
  if (reader.bit() === 1) reader.bit();
  const colour = reader.bit() === 1 ? videoSignal(reader) : UNTOLD;
  // chroma_loc_info_present_flag; FFmpeg counts from one, since 0 means that nobody said it.
  return reader.bit() === 1 ? { ...colour, chromaLocation: reader.ue() + 1 } : colour;
}

function videoSignal(reader: BitReader): ColourTags {
  // video_format, video_full_range_flag
  reader.bits(4);
  if (reader.bit() === 0) return UNTOLD;
  const [primaries, transfer, matrix] = [reader.bits(8), reader.bits(8), reader.bits(8)];
  return { primaries, transfer, matrix, chromaLocation: UNTOLD.chromaLocation };
}
