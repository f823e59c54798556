import { CmafError } from './cmaf-error.ts';

const LENGTH_BYTES = 4;
const NAL_IDR = 5;

/**
 * Whether an access unit is an IDR picture (ISO/IEC 14496-10 §7.4.1.2.4). Walks all of its NAL units, and throws
 * CmafError where their lengths are wrong: what is passed on to viewers is at least that much in order.
 */
export function isIdrPicture(accessUnit: Uint8Array): boolean {
  const view = new DataView(accessUnit.buffer, accessUnit.byteOffset, accessUnit.byteLength);
  let isIdr = false;
  for (let at = 0; at < accessUnit.length; ) {
    const end = at + LENGTH_BYTES <= accessUnit.length ? at + LENGTH_BYTES + view.getUint32(at) : Number.NaN;
    if (!(end > at + LENGTH_BYTES && end <= accessUnit.length)) {
      throw new CmafError('sample-malformed', `a NAL unit of wrong length at ${at} of ${accessUnit.length}`);
    }
    if ((view.getUint8(at + LENGTH_BYTES) & 0x1f) === NAL_IDR) isIdr = true;
    at = end;
  }
  return isIdr;
}
