import { createHmac, timingSafeEqual } from 'node:crypto';
import { utf8Bytes } from './byte-writer.ts';

/** C1, C2, S1 and S2 (RTMP 1.0 §5.2.3, §5.2.4). */
export const HANDSHAKE_BYTES = 1_536;
const DIGEST_BYTES = 32;

/** Both keys are public knowledge; Flash's "genuine Adobe" check is no protection and only some clients need it. */
const KEY_TAIL = Uint8Array.from([
  0xf0, 0xee, 0xc2, 0x4a, 0x80, 0x68, 0xbe, 0xe8, 0x2e, 0x00, 0xd0, 0xd1, 0x02, 0x9e, 0x7e, 0x57, 0x6e, 0xec, 0x5d,
  0x2d, 0x29, 0x80, 0x6f, 0xab, 0x93, 0xb8, 0xe6, 0x36, 0xcf, 0xeb, 0x31, 0xae,
]);
const CLIENT_NAME = utf8Bytes('Genuine Adobe Flash Player 001');
const SERVER_NAME = utf8Bytes('Genuine Adobe Flash Media Server 001');

/** The short key signs C1 or S1, the one with the tail signs C2 or S2. */
export const CLIENT_KEY = { name: CLIENT_NAME, full: Uint8Array.from([...CLIENT_NAME, ...KEY_TAIL]) };
export const SERVER_KEY = { name: SERVER_NAME, full: Uint8Array.from([...SERVER_NAME, ...KEY_TAIL]) };

/** Where the four bytes lie whose sum says where the digest lies. Flash Player used both orders of its two blocks. */
const SCHEMES = [
  { offsetAt: 772, digestAt: 776 },
  { offsetAt: 8, digestAt: 12 },
] as const;
export type DigestScheme = (typeof SCHEMES)[number];
export const DIGEST_SCHEMES: readonly DigestScheme[] = SCHEMES;
/** A block is 764 bytes: 4 for the offset, 32 for the digest, and this many places for it to begin at. */
const DIGEST_PLACES = 728;

function hmacSha256(key: Uint8Array, ...pieces: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key);
  for (const piece of pieces) hmac.update(piece);
  return hmac.digest();
}

function digestPlace(packet: Uint8Array, scheme: DigestScheme): number {
  const sum = packet.subarray(scheme.offsetAt, scheme.offsetAt + 4).reduce((total, byte) => total + byte, 0);
  return scheme.digestAt + (sum % DIGEST_PLACES);
}

/** The digest is over all of the packet but itself. */
function digestOf(packet: Uint8Array, place: number, key: Uint8Array): Uint8Array {
  return hmacSha256(key, packet.subarray(0, place), packet.subarray(place + DIGEST_BYTES));
}

/** The scheme and the digest of a C1 or S1 that was signed with `key`, or `undefined` for a plain one. */
export function findDigest(
  packet: Uint8Array,
  key: Uint8Array,
): { readonly scheme: DigestScheme; readonly digest: Uint8Array } | undefined {
  for (const scheme of SCHEMES) {
    const place = digestPlace(packet, scheme);
    const digest = packet.subarray(place, place + DIGEST_BYTES);
    if (timingSafeEqual(digest, digestOf(packet, place, key))) return { scheme, digest };
  }
  return undefined;
}

/** Writes the digest into a C1 or S1 and returns it. */
export function signPacket(packet: Uint8Array, scheme: DigestScheme, key: Uint8Array): Uint8Array {
  const place = digestPlace(packet, scheme);
  const digest = digestOf(packet, place, key);
  packet.set(digest, place);
  return digest;
}

/** Writes into the end of a C2 or S2 the proof that the sender has seen the other's digest. */
export function signAnswer(packet: Uint8Array, peerDigest: Uint8Array, fullKey: Uint8Array): void {
  packet.set(answerSignature(packet, peerDigest, fullKey), HANDSHAKE_BYTES - DIGEST_BYTES);
}

/** Whether a C2 or S2 proves that its sender has seen `ownDigest`. */
export function isAnswerSigned(packet: Uint8Array, ownDigest: Uint8Array, fullKey: Uint8Array): boolean {
  const signature = packet.subarray(HANDSHAKE_BYTES - DIGEST_BYTES);
  return timingSafeEqual(signature, answerSignature(packet, ownDigest, fullKey));
}

function answerSignature(packet: Uint8Array, digest: Uint8Array, fullKey: Uint8Array): Uint8Array {
  return hmacSha256(hmacSha256(fullKey, digest), packet.subarray(0, HANDSHAKE_BYTES - DIGEST_BYTES));
}
