/** NAL units between start codes (ISO/IEC 14496-10 annex B), as MPEG-TS carries them. */

const LENGTH_BYTES = 4;

/** Views of the NAL units, without start codes and without the zeros that may follow a unit. */
export function splitAnnexB(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let begin: number | undefined;
  for (let at = bytes.indexOf(1, 2); at >= 0; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] !== 0 || bytes[at - 2] !== 0) continue;
    if (begin !== undefined) addUnit(units, bytes, begin, at - 2);
    begin = at + 1;
  }
  if (begin !== undefined) addUnit(units, bytes, begin, bytes.length);
  return units;
}

/** The last byte of a NAL unit is never zero (§7.4.1). */
function addUnit(units: Uint8Array[], bytes: Uint8Array, begin: number, end: number): void {
  let last = end;
  while (last > begin && bytes[last - 1] === 0) last -= 1;
  if (last > begin) units.push(bytes.subarray(begin, last));
}

/** The units with a length of four bytes in front of each (ISO/IEC 14496-15 §5.3.3). */
export function joinLengthPrefixed(units: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(units.reduce((sum, unit) => sum + LENGTH_BYTES + unit.length, 0));
  const view = new DataView(joined.buffer);
  let at = 0;
  for (const unit of units) {
    view.setUint32(at, unit.length);
    joined.set(unit, at + LENGTH_BYTES);
    at += LENGTH_BYTES + unit.length;
  }
  return joined;
}
