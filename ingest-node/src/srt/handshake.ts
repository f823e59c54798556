import { CONTROL, controlHeader, PACKET_HEADER_BYTES, readPacketHeader, viewOf } from './packet.ts';
import { SrtError } from './srt-error.ts';

/** draft-sharabayko-srt-01 §3.2.1: the part of a handshake before its extensions. */
export const HANDSHAKE_BYTES = 48;
export const PEER_ADDRESS_BYTES = 16;
/** Where these stand in a whole packet. */
const TIMESTAMP_AT = 8;
const COOKIE_AT = PACKET_HEADER_BYTES + 28;
const WORD_BYTES = 4;
/** libsrt sends at most six; with the largest stream id they are under a datagram. */
const EXTENSIONS_MAX = 16;

export const HANDSHAKE_VERSION = { induction: 4, conclusion: 5 } as const;
/** §3.2.1: what a handshake is; a type from 1,000 on is a refusal. */
export const HANDSHAKE_TYPE = { induction: 1, conclusion: 0xffff_ffff, waveAHand: 0 } as const;
/** §4.3.1.1: in the extension field, says that the answerer speaks SRT and not only UDT. */
export const SRT_MAGIC = 0x4a17;
/** What UDT puts there instead: datagrams. */
export const UDT_DATAGRAM = 2;

/** §3.2.1.1, table 5. */
export const EXTENSION = {
  handshakeRequest: 1,
  handshakeResponse: 2,
  keyMaterialRequest: 3,
  keyMaterialResponse: 4,
  streamId: 5,
  congestion: 6,
  filter: 7,
  group: 8,
} as const;

export interface HandshakeExtension {
  readonly type: number;
  /** Whole words. */
  readonly content: Uint8Array;
}

export interface Handshake {
  readonly version: number;
  /** Key length over eight, where the sender says it; 0 is no preference. */
  readonly encryption: number;
  readonly extensionField: number;
  readonly initialSequence: number;
  readonly mtuBytes: number;
  readonly flowWindowPackets: number;
  readonly type: number;
  readonly socketId: number;
  readonly cookie: number;
  /** 16 bytes, as they came. */
  readonly peerAddress: Uint8Array;
  readonly extensions: readonly HandshakeExtension[];
}

/** A handshake out of a whole packet. Throws SrtError and nothing else. */
export function readHandshake(datagram: Uint8Array): Handshake {
  const header = readPacketHeader(datagram);
  if (header.kind !== 'control' || header.type !== CONTROL.handshake) {
    throw new SrtError('not-a-handshake', header.kind);
  }
  const body = datagram.subarray(PACKET_HEADER_BYTES);
  if (body.length < HANDSHAKE_BYTES) throw new SrtError('handshake-truncated', `${body.length} bytes`);
  const view = viewOf(body);
  const version = view.getUint32(0);
  return {
    version,
    encryption: view.getUint16(4),
    extensionField: view.getUint16(6),
    initialSequence: view.getUint32(8),
    mtuBytes: view.getUint32(12),
    flowWindowPackets: view.getUint32(16),
    type: view.getUint32(20),
    socketId: view.getUint32(24),
    cookie: view.getUint32(28),
    peerAddress: body.slice(HANDSHAKE_BYTES - PEER_ADDRESS_BYTES, HANDSHAKE_BYTES),
    extensions: readExtensions(body.subarray(HANDSHAKE_BYTES)),
  };
}

/** §3.2.1.1: type, length in words, content. */
function readExtensions(bytes: Uint8Array): HandshakeExtension[] {
  const view = viewOf(bytes);
  const extensions: HandshakeExtension[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (extensions.length === EXTENSIONS_MAX) throw new SrtError('extensions-above-limit', `${EXTENSIONS_MAX}`);
    if (at + WORD_BYTES > bytes.length) throw new SrtError('extension-truncated', `header at ${at}`);
    const end = at + WORD_BYTES + view.getUint16(at + 2) * WORD_BYTES;
    if (end > bytes.length) throw new SrtError('extension-truncated', `content at ${at}`);
    extensions.push({ type: view.getUint16(at), content: bytes.slice(at + WORD_BYTES, end) });
    at = end;
  }
  return extensions;
}

/** A whole packet with a handshake in it. */
export function writeHandshake(
  handshake: Handshake,
  to: { readonly destinationId: number; readonly timestampUs: number },
): Uint8Array {
  const extensionBytes = handshake.extensions.reduce((sum, { content }) => sum + WORD_BYTES + content.length, 0);
  const packet = new Uint8Array(PACKET_HEADER_BYTES + HANDSHAKE_BYTES + extensionBytes);
  packet.set(controlHeader({ type: CONTROL.handshake, ...to }));
  const view = viewOf(packet.subarray(PACKET_HEADER_BYTES));
  view.setUint32(0, handshake.version);
  view.setUint16(4, handshake.encryption);
  view.setUint16(6, handshake.extensionField);
  view.setUint32(8, handshake.initialSequence);
  view.setUint32(12, handshake.mtuBytes);
  view.setUint32(16, handshake.flowWindowPackets);
  view.setUint32(20, handshake.type);
  view.setUint32(24, handshake.socketId);
  view.setUint32(28, handshake.cookie);
  packet.set(handshake.peerAddress, PACKET_HEADER_BYTES + HANDSHAKE_BYTES - PEER_ADDRESS_BYTES);
  let at = HANDSHAKE_BYTES;
  for (const { type, content } of handshake.extensions) {
    view.setUint16(at, type);
    view.setUint16(at + 2, content.length / WORD_BYTES);
    packet.set(content, PACKET_HEADER_BYTES + at + WORD_BYTES);
    at += WORD_BYTES + content.length;
  }
  return packet;
}

/**
 * A conclusion as a relay passes it on: with the cookie of whoever gets it, and later than it came. A receiver sets its
 * clock by the timestamp in it, so an old one would make everything that follows as late as it was itself.
 */
export function relayedConclusion(datagram: Uint8Array, cookie: number, heldUs: number): Uint8Array {
  const copy = datagram.slice();
  const view = viewOf(copy);
  view.setUint32(COOKIE_AT, cookie);
  view.setUint32(TIMESTAMP_AT, (view.getUint32(TIMESTAMP_AT) + heldUs) % 2 ** 32);
  return copy;
}

export function extensionOf(handshake: Handshake, type: number): Uint8Array | undefined {
  return handshake.extensions.find((extension) => extension.type === type)?.content;
}
