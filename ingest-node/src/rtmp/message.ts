import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

/** Message type ids (RTMP 1.0 §5.4, §6.2, §7.1). */
export const MESSAGE = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
  aggregate: 22,
} as const;

/** User control events (RTMP 1.0 §7.1.7). */
const USER_CONTROL = { streamBegin: 0, streamEof: 1, pingRequest: 6, pingResponse: 7 } as const;

/** One whole RTMP message. */
export interface RtmpMessage {
  readonly typeId: number;
  readonly messageStreamId: number;
  /** 0 to 2^32 - 1, and then from 0 again. */
  readonly timestampMs: number;
  readonly payload: Uint8Array;
}

/** Protocol control messages travel on message stream 0 with a timestamp that nobody reads (RTMP 1.0 §5.4). */
function control(typeId: number, payload: Uint8Array): RtmpMessage {
  return { typeId, messageStreamId: 0, timestampMs: 0, payload };
}

export function setChunkSize(sizeBytes: number): RtmpMessage {
  return control(MESSAGE.setChunkSize, new ByteWriter().u32(sizeBytes).take());
}

export function abort(chunkStreamId: number): RtmpMessage {
  return control(MESSAGE.abort, new ByteWriter().u32(chunkStreamId).take());
}

/** `receivedBytes` wraps at 2^32 on the wire (RTMP 1.0 §5.4.3). */
export function acknowledgement(receivedBytes: number): RtmpMessage {
  return control(MESSAGE.acknowledgement, new ByteWriter().u32(receivedBytes % 2 ** 32).take());
}

export function windowAckSize(sizeBytes: number): RtmpMessage {
  return control(MESSAGE.windowAckSize, new ByteWriter().u32(sizeBytes).take());
}

/** Limit type 2, dynamic: clients treat it as a hint (RTMP 1.0 §5.4.5). */
export function setPeerBandwidth(sizeBytes: number): RtmpMessage {
  return control(MESSAGE.setPeerBandwidth, new ByteWriter().u32(sizeBytes).u8(2).take());
}

export function streamBegin(messageStreamId: number): RtmpMessage {
  return control(MESSAGE.userControl, new ByteWriter().u16(USER_CONTROL.streamBegin).u32(messageStreamId).take());
}

export function streamEof(messageStreamId: number): RtmpMessage {
  return control(MESSAGE.userControl, new ByteWriter().u16(USER_CONTROL.streamEof).u32(messageStreamId).take());
}

export function pingRequest(timestampMs: number): RtmpMessage {
  return control(MESSAGE.userControl, new ByteWriter().u16(USER_CONTROL.pingRequest).u32(timestampMs).take());
}

export function pingResponse(timestampMs: number): RtmpMessage {
  return control(MESSAGE.userControl, new ByteWriter().u16(USER_CONTROL.pingResponse).u32(timestampMs).take());
}

/** The timestamp of a ping request, or `undefined` for any other user control event. */
export function readPingRequest(payload: Uint8Array): number | undefined {
  const from = new ByteReader(payload, 'message-truncated');
  return from.u16() === USER_CONTROL.pingRequest ? from.u32() : undefined;
}

export function readWindowAckSize(payload: Uint8Array): number {
  return new ByteReader(payload, 'message-truncated').u32();
}
