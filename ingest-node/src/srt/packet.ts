import { SrtError } from './srt-error.ts';

/** draft-sharabayko-srt-01 §3: the header that every SRT packet begins with. */
export const PACKET_HEADER_BYTES = 16;
/** What an Ethernet frame carries without IP and UDP headers; SRT's own maximum is the same. */
export const DATAGRAM_BYTES_MAX = 1_472;

/** draft-sharabayko-srt-01 §3.2, table 1: control types that matter to a relay. */
export const CONTROL = {
  handshake: 0x0000,
  keepAlive: 0x0001,
  ack: 0x0002,
  nak: 0x0003,
  congestionWarning: 0x0004,
  shutdown: 0x0005,
  ackAck: 0x0006,
  dropRequest: 0x0007,
  peerError: 0x0008,
  userDefined: 0x7fff,
} as const;

const CONTROL_BIT = 0x8000_0000;
const RETRANSMITTED_BIT = 0x0400_0000;
const ENCRYPTION_SHIFT = 27;

/** A packet's header; its content is not looked at. */
export type PacketHeader =
  | {
      readonly kind: 'data';
      /** 31 bits, wrapping. */
      readonly sequence: number;
      readonly isRetransmitted: boolean;
      readonly isEncrypted: boolean;
      readonly destinationId: number;
    }
  | {
      readonly kind: 'control';
      readonly type: number;
      readonly typeInformation: number;
      readonly destinationId: number;
    };

/** Throws SrtError and nothing else. */
export function readPacketHeader(datagram: Uint8Array): PacketHeader {
  if (datagram.length < PACKET_HEADER_BYTES) throw new SrtError('packet-truncated', `${datagram.length} bytes`);
  const view = viewOf(datagram);
  const first = view.getUint32(0);
  const second = view.getUint32(4);
  const destinationId = view.getUint32(12);
  if (first >= CONTROL_BIT) {
    return { kind: 'control', type: (first >>> 16) & 0x7fff, typeInformation: second, destinationId };
  }
  return {
    kind: 'data',
    sequence: first,
    isRetransmitted: (second & RETRANSMITTED_BIT) !== 0,
    isEncrypted: ((second >>> ENCRYPTION_SHIFT) & 0b11) !== 0,
    destinationId,
  };
}

/** The header of a control packet, to be followed by its content. */
export function controlHeader(options: {
  readonly type: number;
  readonly destinationId: number;
  readonly timestampUs: number;
}): Uint8Array {
  const header = new Uint8Array(PACKET_HEADER_BYTES);
  const view = viewOf(header);
  view.setUint32(0, (CONTROL_BIT | (options.type << 16)) >>> 0);
  // 32 bits that wrap every 71 minutes (§3).
  view.setUint32(8, options.timestampUs % 2 ** 32);
  view.setUint32(12, options.destinationId);
  return header;
}

/** draft-sharabayko-srt-01 §3.2.7. libsrt sends one word of padding, and so do we. */
export function shutdownPacket(destinationId: number, timestampUs: number): Uint8Array {
  const packet = new Uint8Array(PACKET_HEADER_BYTES + 4);
  packet.set(controlHeader({ type: CONTROL.shutdown, destinationId, timestampUs }));
  return packet;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
