import type { Random } from './random.ts';

/** Around what matters to the formats: single bytes, the default chunk, the handshake, a packet, a read of a socket. */
const PIECE_BYTES = [1, 2, 3, 7, 127, 128, 129, 1_000, 1_460, 1_536, 1_537, 4_096] as const;
/** Sockets give no more at once, and what a parser may hold unread rests on that. */
const READ_BYTES_MAX = 65_536;

/** The bytes as a fast socket gives them. */
export function inReads(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += READ_BYTES_MAX) pieces.push(bytes.slice(at, at + READ_BYTES_MAX));
  return pieces;
}

/** The bytes in pieces of sizes that keep changing. Each is a copy, so that nobody can lean on it staying in place. */
export function inRandomPieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let sizeBytes = random.pick(PIECE_BYTES);
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    if (random.oneIn(4)) sizeBytes = random.pick(PIECE_BYTES);
    pieces.push(bytes.slice(at, at + sizeBytes));
  }
  return pieces;
}
