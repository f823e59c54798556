/** H.264 as it leaves the encoder (length-prefixed), made into what a track holds. ISO/IEC 14496-15 §5. */

/** Parameter sets live in the init segment; what x264 says of itself in SEI, and delimiters, are no use to players. */
const NAL_SEI = 6;
const NAL_SPS = 7;
const NAL_PPS = 8;
const NAL_DELIMITER = 9;
const NAL_IDR = 5;
const LENGTH_BYTES = 4;

/** The encoder gave bytes that are not length-prefixed NAL units. A fault of ours. */
export class AvcError extends Error {
  override readonly name = 'AvcError';
}

/** An access unit's slices, copied, and whether they are an IDR picture's. */
export interface AvcSample {
  readonly payload: Uint8Array;
  readonly isKeyframe: boolean;
}

/** Leaves only the slices of an access unit. */
export function avcSample(accessUnit: Uint8Array): AvcSample {
  const view = new DataView(accessUnit.buffer, accessUnit.byteOffset, accessUnit.byteLength);
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let isKeyframe = false;
  for (let at = 0; at < accessUnit.length; ) {
    const end = at + LENGTH_BYTES <= accessUnit.length ? at + LENGTH_BYTES + view.getUint32(at) : Number.NaN;
    if (!(end > at + LENGTH_BYTES && end <= accessUnit.length)) throw new AvcError(`NAL unit of wrong length at ${at}`);
    const type = view.getUint8(at + LENGTH_BYTES) & 0x1f;
    if (type === NAL_IDR) isKeyframe = true;
    if (type !== NAL_SEI && type !== NAL_SPS && type !== NAL_PPS && type !== NAL_DELIMITER) {
      kept.push(accessUnit.subarray(at, end));
      keptBytes += end - at;
    }
    at = end;
  }
  const payload = new Uint8Array(keptBytes);
  let at = 0;
  for (const unit of kept) {
    payload.set(unit, at);
    at += unit.length;
  }
  return { payload, isKeyframe };
}

/** Profiles whose record goes on with the chroma format (ISO/IEC 14496-15 §5.3.3.1.2). */
const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 144]);

/**
 * The encoder's AVCDecoderConfigurationRecord without what FFmpeg appends by mistake: it writes the four bytes of the
 * High profiles for every profile.
 */
export function avcConfiguration(extradata: Uint8Array): Uint8Array {
  if (extradata[0] !== 1 || extradata.length < 7) throw new AvcError('not an AVCDecoderConfigurationRecord');
  const view = new DataView(extradata.buffer, extradata.byteOffset, extradata.byteLength);
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    if (at >= extradata.length) throw new AvcError('parameter sets are cut off');
    const count = view.getUint8(at) & mask;
    at += 1;
    for (let index = 0; index < count; index += 1) {
      if (at + 2 > extradata.length) throw new AvcError('parameter sets are cut off');
      at += 2 + view.getUint16(at);
    }
  }
  if (at > extradata.length) throw new AvcError('parameter sets are cut off');
  return extradata.slice(0, PROFILES_WITH_CHROMA.has(extradata[1] ?? 0) ? extradata.length : at);
}

/** The RFC 6381 codec string of a configuration record: `avc1.64001F`. */
export function avcCodecString(configuration: Uint8Array): string {
  const hex = [...configuration.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `avc1.${hex.join('').toUpperCase()}`;
}
