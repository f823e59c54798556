import { PUBLISHER_CHUNK_LIMITS } from '../../src/rtmp/chunk-limits.ts';
import { ChunkReader } from '../../src/rtmp/chunk-reader.ts';
import { HANDSHAKE_BYTES } from '../../src/rtmp/handshake-digest.ts';
import type { RtmpMessage } from '../../src/rtmp/message.ts';
import { rtmpRecordings } from './recordings.ts';

/** C0, C1 and C2 stand before the first chunk. */
export const CLIENT_HANDSHAKE_BYTES = 1 + 2 * HANDSHAKE_BYTES;

/** The messages of a recorded connection. */
export function messagesOf(recording: Uint8Array): RtmpMessage[] {
  const reader = new ChunkReader(PUBLISHER_CHUNK_LIMITS);
  reader.push(recording.subarray(CLIENT_HANDSHAKE_BYTES));
  const messages: RtmpMessage[] = [];
  for (let message = reader.next(); message !== undefined; message = reader.next()) messages.push(message);
  return messages;
}

/** All that real encoders have said. */
export function recordedMessages(): RtmpMessage[] {
  return rtmpRecordings().flatMap(messagesOf);
}
