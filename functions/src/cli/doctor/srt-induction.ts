/** draft-sharabayko-srt-01 §3.2 and §3.2.1: the head of a control packet, and a handshake without extensions. */
const HEADER_BYTES = 16;
const HANDSHAKE_BYTES = 48;
/** §3.2: the control bit, and the type 0. */
const CONTROL_HANDSHAKE = 0x8000;
const VERSION = { asked: 4, answered: 5 } as const;
const UDT_DATAGRAM = 2;
/** §4.3.1.1: says that the answerer speaks SRT. */
const SRT_MAGIC = 0x4a17;
const INDUCTION = 1;
const MTU_BYTES = 1_500;
const WINDOW_PACKETS = 8_192;

/** What somebody answered to an induction. */
export type SrtAnswer = 'srt' | 'not-srt';

/** The question that a connection begins with (§4.3.1.1). */
export function srtInduction(socketId: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + HANDSHAKE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, CONTROL_HANDSHAKE);
  view.setUint32(HEADER_BYTES, VERSION.asked);
  view.setUint16(HEADER_BYTES + 6, UDT_DATAGRAM);
  view.setUint32(HEADER_BYTES + 12, MTU_BYTES);
  view.setUint32(HEADER_BYTES + 16, WINDOW_PACKETS);
  view.setUint32(HEADER_BYTES + 20, INDUCTION);
  view.setUint32(HEADER_BYTES + 24, socketId);
  return bytes;
}

/** Whether a datagram is the answer of an SRT listener to this socket. */
export function readSrtAnswer(datagram: Uint8Array, socketId: number): SrtAnswer {
  if (datagram.length < HEADER_BYTES + HANDSHAKE_BYTES) return 'not-srt';
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const isHandshake = view.getUint16(0) === CONTROL_HANDSHAKE && view.getUint32(HEADER_BYTES + 20) === INDUCTION;
  const isOurs = view.getUint32(HEADER_BYTES - 4) === socketId;
  const isSrt = view.getUint32(HEADER_BYTES) === VERSION.answered && view.getUint16(HEADER_BYTES + 6) === SRT_MAGIC;
  return isHandshake && isOurs && isSrt ? 'srt' : 'not-srt';
}
