/** `FLV`, version, flags and the header's size, then the size of no tag before (Adobe FLV 10.1, annex E.2, E.3). */
const FILE_HEADER_BYTES = 13;
/** Type, size, timestamp, its upper byte, stream id (Adobe FLV 10.1, annex E.4.1). */
const TAG_HEADER_BYTES = 11;
const PREVIOUS_SIZE_BYTES = 4;
const SCRIPT_TAG = 18;

/** Splits what FFmpeg's FLV muxer writes into its file header and whole tags. It writes no half of either at a flush. */
export function flvPieces(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  if (bytes.toString('latin1', 0, 3) === 'FLV') {
    pieces.push(bytes.subarray(0, FILE_HEADER_BYTES));
    at = FILE_HEADER_BYTES;
  }
  while (at < bytes.length) {
    const sizeBytes = TAG_HEADER_BYTES + bytes.readUIntBE(at + 1, 3) + PREVIOUS_SIZE_BYTES;
    pieces.push(bytes.subarray(at, at + sizeBytes));
    at += sizeBytes;
  }
  return pieces;
}

/** Whether a piece is sound or picture: neither the file header nor metadata. */
export function isMediaTag(piece: Buffer): boolean {
  return piece[0] !== SCRIPT_TAG && piece.toString('latin1', 0, 3) !== 'FLV';
}

/** A copy of a tag whose time is `byMs` later. FLV's times are 32 bits and wrap. */
export function movedTag(tag: Buffer, byMs: number): Buffer {
  const moved = Buffer.from(tag);
  const timeMs = (moved.readUIntBE(4, 3) + (moved.readUInt8(7) << 24) + byMs) >>> 0;
  moved.writeUIntBE(timeMs & 0xffffff, 4, 3);
  moved.writeUInt8(timeMs >>> 24, 7);
  return moved;
}
