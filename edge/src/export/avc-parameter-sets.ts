import { ExportError } from './export-error.ts';

/** Of an AVCDecoderConfigurationRecord, before its parameter sets (ISO/IEC 14496-15 §5.3.3.1.2). */
const RECORD_HEAD_BYTES = 5;

/**
 * The parameter sets of an AVCDecoderConfigurationRecord as they stand in a sample: NAL units behind their lengths, which
 * have as many bytes as the record says. Throws ExportError.
 */
export function avcParameterSets(record: Uint8Array): Uint8Array<ArrayBuffer> {
  const lengthBytes = ((record[4] ?? 0) & 0x3) + 1;
  const bytes: number[] = [];
  let at = RECORD_HEAD_BYTES;
  // Sequence parameter sets have five bits for how many they are, picture parameter sets eight.
  for (const countMask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & countMask;
    at += 1;
    for (let index = 0; index < count; index += 1) {
      const unitBytes = (record[at] ?? 0) * 256 + (record[at + 1] ?? 0);
      const unit = record.subarray(at + 2, at + 2 + unitBytes);
      if (unit.length !== unitBytes) throw new ExportError('init-unsupported', 'a parameter set is cut off');
      for (let shift = lengthBytes - 1; shift >= 0; shift -= 1) bytes.push((unitBytes >>> (8 * shift)) & 0xff);
      for (const byte of unit) bytes.push(byte);
      at += 2 + unitBytes;
    }
  }
  return Uint8Array.from(bytes);
}
