import { ByteReader } from './byte-reader.ts';
import type { RtmpMessage } from './message.ts';
import { RtmpError } from './rtmp-error.ts';

const TAG_HEADER_BYTES = 11;
const BACK_POINTER_BYTES = 4;
/** Flash's encoders put some dozen together. One of 8 MiB has room for half a million, which nobody sends in earnest. */
const MESSAGES_MAX = 1_024;

/**
 * The messages inside an aggregate (RTMP 1.0 §7.1.6), laid out as FLV tags. Their times are moved so that the first
 * one has the time of the aggregate. Throws RtmpError with a `tag-` code.
 */
export function* readAggregate(message: RtmpMessage): Generator<RtmpMessage> {
  const from = new ByteReader(message.payload, 'tag-truncated');
  let offsetMs: number | undefined;
  for (let count = 0; from.remainingBytes >= TAG_HEADER_BYTES; count++) {
    if (count === MESSAGES_MAX)
      throw new RtmpError('tag-malformed', `more than ${MESSAGES_MAX} messages in an aggregate`);
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
