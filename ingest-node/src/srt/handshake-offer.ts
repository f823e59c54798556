import { swapWords } from './extension-words.ts';
import { EXTENSION, extensionOf, HANDSHAKE_BYTES, type Handshake } from './handshake.ts';
import { PACKET_HEADER_BYTES, viewOf } from './packet.ts';
import { checkPacketFilter } from './packet-filter.ts';
import { SrtError } from './srt-error.ts';

/** §3.2.1.3: as long as libsrt allows one to be. */
export const STREAM_ID_BYTES_MAX = 512;
const WORD_BYTES = 4;
/** §3.2.1.1.1: SRT version, flags, and two delays of 16 bits. */
const HANDSHAKE_REQUEST_BYTES = 12;
const SENDER_DELAY_AT = 10;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a publisher's conclusion says of the connection it wants. */
export interface HandshakeOffer {
  /** Absent when there is none, or an empty one. */
  readonly streamId: string | undefined;
  readonly isEncrypted: boolean;
  /** How long the publisher wants its packets to be held before they are played. */
  readonly latencyMs: number;
}

/** Throws SrtError and nothing else. */
export function readOffer(handshake: Handshake): HandshakeOffer {
  const request = extensionOf(handshake, EXTENSION.handshakeRequest);
  if (request === undefined || request.length < HANDSHAKE_REQUEST_BYTES) {
    throw new SrtError('extension-malformed', 'no SRT handshake request');
  }
  for (const { type, content } of handshake.extensions) if (type === EXTENSION.filter) checkPacketFilter(content);
  return {
    streamId: readStreamIdText(extensionOf(handshake, EXTENSION.streamId)),
    isEncrypted: extensionOf(handshake, EXTENSION.keyMaterialRequest) !== undefined,
    latencyMs: viewOf(request).getUint16(SENDER_DELAY_AT),
  };
}

/** §3.2.1.3: each word of four bytes stands there back to front, and zeros fill the last one. */
export function readStreamIdText(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) return undefined;
  if (content.length > STREAM_ID_BYTES_MAX) throw new SrtError('stream-id-too-long', `${content.length} bytes`);
  const bytes = swapWords(content);
  const end = bytes.indexOf(0);
  if (end >= 0 && bytes.subarray(end).some((byte) => byte !== 0)) throw new SrtError('stream-id-not-text', 'a zero');
  try {
    const text = UTF8.decode(end < 0 ? bytes : bytes.subarray(0, end));
    return text === '' ? undefined : text;
  } catch (cause) {
    throw new SrtError('stream-id-not-text', 'not UTF-8', { cause });
  }
}

/** The content of a stream id extension. */
export function writeStreamIdText(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / WORD_BYTES) * WORD_BYTES);
  padded.set(bytes);
  return swapWords(padded);
}

/** A conclusion that asks for no more latency than there may be; the same bytes where it does not. */
export function withLatencyMsMax(datagram: Uint8Array, latencyMsMax: number): Uint8Array {
  const copy = datagram.slice();
  const view = viewOf(copy);
  for (let at = PACKET_HEADER_BYTES + HANDSHAKE_BYTES; at + WORD_BYTES <= copy.length; ) {
    const contentBytes = view.getUint16(at + 2) * WORD_BYTES;
    const isRequest = view.getUint16(at) === EXTENSION.handshakeRequest && contentBytes >= HANDSHAKE_REQUEST_BYTES;
    const delayAt = at + WORD_BYTES + SENDER_DELAY_AT;
    if (isRequest && view.getUint16(delayAt) > latencyMsMax) view.setUint16(delayAt, latencyMsMax);
    at += WORD_BYTES + contentBytes;
  }
  return copy;
}
