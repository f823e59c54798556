import { ByteReader } from './byte-reader.ts';
import type { RtmpMessage } from './message.ts';

const TAG_HEADER_BYTES = 11;
const BACK_POINTER_BYTES = 4;

/**
 * The messages inside an aggregate (RTMP 1.0 §7.1.6), laid out as FLV tags. Their times are moved so that the first
 * one has the time of the aggregate. Throws RtmpError `tag-truncated`.
 */
export function* readAggregate(message: RtmpMessage): Generator<RtmpMessage> {
  const from = new ByteReader(message.payload, 'tag-truncated');
  let offsetMs: number | undefined;
  while (from.remainingBytes >= TAG_HEADER_BYTES) {
    const typeId = from.u8();
    const sizeBytes = from.u24();
    // FLV 10.1 §E.4.1: the upper eight bits of the time come last.
    const timeMs = from.u24() + from.u8() * 2 ** 24;
    from.u24(); // the stream id is to be ignored
    const payload = from.bytes(sizeBytes);
    if (from.remainingBytes >= BACK_POINTER_BYTES) from.u32();
    offsetMs ??= message.timestampMs - timeMs;
    const timestampMs = (((timeMs + offsetMs) % 2 ** 32) + 2 ** 32) % 2 ** 32;
    yield { typeId, messageStreamId: message.messageStreamId, timestampMs, payload };
  }
}
