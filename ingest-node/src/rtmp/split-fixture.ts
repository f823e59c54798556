/** Sizes around the ones that matter to RTMP: single bytes, the default chunk, the handshake, a read of a socket. */
const PIECE_BYTES = [1, 2, 3, 7, 127, 128, 129, 1_000, 1_536, 1_537, 4_096, 65_536];

/** The same bytes in pieces of one size, for each of a range of sizes. */
export function* everyPieceSize(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  for (const sizeBytes of PIECE_BYTES) {
    yield inPieces(bytes, sizeBytes);
    if (sizeBytes >= bytes.length) return;
  }
}

/** The same bytes in two pieces, cut at each place. */
export function* everyCut(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.slice(0, at), bytes.slice(at)];
}

/** Copies, so that nobody can lean on the bytes staying where they were. */
export function inPieces(bytes: Uint8Array, sizeBytes: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += sizeBytes) pieces.push(bytes.slice(at, at + sizeBytes));
  return pieces;
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** Bytes that differ from their neighbours, so that one in the wrong place is seen. */
export function countingBytes(sizeBytes: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (first + index * 7) % 256);
}
