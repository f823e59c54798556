import {
  HANDSHAKE_TYPE,
  HANDSHAKE_VERSION,
  type Handshake,
  PEER_ADDRESS_BYTES,
  SRT_MAGIC,
  UDT_DATAGRAM,
  writeHandshake,
} from './handshake.ts';
import { DATAGRAM_BYTES_MAX } from './packet.ts';

/** draft-sharabayko-srt-01 §4.3.1.1: the question with which a connection begins, and the answer, which is a cookie. */

/** IP and UDP headers, which SRT counts as part of its packets. */
const NETWORK_HEADER_BYTES = 28;
/** What libsrt asks for. */
const WINDOW_PACKETS = 8_192;

/** To a receiver: nothing in it is the publisher's, as the receiver is not confined yet. */
export function inductionToReceiver(timestampUs: number): Uint8Array {
  const induction: Handshake = {
    version: HANDSHAKE_VERSION.induction,
    encryption: 0,
    extensionField: UDT_DATAGRAM,
    initialSequence: 0,
    mtuBytes: DATAGRAM_BYTES_MAX + NETWORK_HEADER_BYTES,
    flowWindowPackets: WINDOW_PACKETS,
    type: HANDSHAKE_TYPE.induction,
    // Whoever asks has a socket; nothing is sent to this one but the answer.
    socketId: 1,
    cookie: 0,
    peerAddress: new Uint8Array(PEER_ADDRESS_BYTES),
    extensions: [],
  };
  return writeHandshake(induction, { destinationId: 0, timestampUs });
}

/** To a publisher. As large as the smallest question. */
export function inductionAnswer(asked: Handshake, cookie: number): Uint8Array {
  const answer: Handshake = {
    ...asked,
    version: HANDSHAKE_VERSION.conclusion,
    encryption: 0,
    extensionField: SRT_MAGIC,
    cookie,
    extensions: [],
  };
  return writeHandshake(answer, { destinationId: asked.socketId, timestampUs: 0 });
}
