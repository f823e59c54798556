import { ByteWriter } from './byte-writer.ts';
import { type ChunkFormat, EXTENDED_TIMESTAMP } from './chunk-header.ts';
import { CHUNK_BYTES_DEFAULT } from './chunk-limits.ts';
import { MESSAGE, type RtmpMessage, setChunkSize } from './message.ts';

/** Header of the last message of a chunk stream; its payload is not to be held for that. */
interface Previous extends Omit<RtmpMessage, 'payload'> {
  readonly lengthBytes: number;
  readonly timestampField: number;
}

/** Chunk streams by what they carry; the numbers are the ones that clients are used to from Flash Media Server. */
const CONTROL_CHUNK_STREAM_ID = 2;
const COMMAND_CHUNK_STREAM_ID = 3;
const MEDIA_CHUNK_STREAM_IDS: Readonly<Record<number, number>> = { [MESSAGE.audio]: 4, [MESSAGE.video]: 6 };

/** RTMP messages into chunks (RTMP 1.0 §5.3), each with the shortest header that its predecessor allows. */
export class ChunkWriter {
  readonly #previous = new Map<number, Previous>();
  #chunkBytesMax = CHUNK_BYTES_DEFAULT;

  /** The announcement of a new chunk size; everything written after it uses that size. */
  writeChunkSize(sizeBytes: number): Uint8Array {
    const bytes = this.write(setChunkSize(sizeBytes));
    this.#chunkBytesMax = sizeBytes;
    return bytes;
  }

  write(message: RtmpMessage, chunkStreamId = chunkStreamOf(message)): Uint8Array {
    const to = new ByteWriter();
    const previous = this.#previous.get(chunkStreamId);
    const format = formatFor(message, previous);
    const timestampField = fieldFor(message, format, previous);
    writeBasicHeader(to, format, chunkStreamId);
    if (format < 3) to.u24(Math.min(timestampField, EXTENDED_TIMESTAMP));
    if (format < 2) to.u24(message.payload.length).u8(message.typeId);
    if (format < 1) to.u32LittleEndian(message.messageStreamId);
    const isExtended = timestampField >= EXTENDED_TIMESTAMP;
    if (isExtended) to.u32(timestampField);
    to.bytes(message.payload.subarray(0, this.#chunkBytesMax));
    for (let offset = this.#chunkBytesMax; offset < message.payload.length; offset += this.#chunkBytesMax) {
      writeBasicHeader(to, 3, chunkStreamId);
      if (isExtended) to.u32(timestampField);
      to.bytes(message.payload.subarray(offset, offset + this.#chunkBytesMax));
    }
    const { payload, ...header } = message;
    this.#previous.set(chunkStreamId, { ...header, lengthBytes: payload.length, timestampField });
    return to.take();
  }
}

function chunkStreamOf({ typeId, messageStreamId }: RtmpMessage): number {
  const isControl = messageStreamId === 0 && typeId <= MESSAGE.setPeerBandwidth;
  return isControl ? CONTROL_CHUNK_STREAM_ID : (MEDIA_CHUNK_STREAM_IDS[typeId] ?? COMMAND_CHUNK_STREAM_ID);
}

function formatFor(message: RtmpMessage, last: Previous | undefined): ChunkFormat {
  if (last === undefined) return 0;
  // Time going back cannot be said as a delta (RTMP 1.0 §5.3.1.2.1).
  if (last.messageStreamId !== message.messageStreamId || message.timestampMs < last.timestampMs) return 0;
  if (last.typeId !== message.typeId || last.lengthBytes !== message.payload.length) return 1;
  return message.timestampMs - last.timestampMs === last.timestampField ? 3 : 2;
}

function fieldFor(message: RtmpMessage, format: ChunkFormat, last: Previous | undefined): number {
  return format === 0 || last === undefined ? message.timestampMs : message.timestampMs - last.timestampMs;
}

function writeBasicHeader(to: ByteWriter, format: ChunkFormat, chunkStreamId: number): void {
  const high = format << 6;
  if (chunkStreamId < 64) to.u8(high | chunkStreamId);
  else if (chunkStreamId < 320) to.u8(high).u8(chunkStreamId - 64);
  else {
    to.u8(high | 1)
      .u8((chunkStreamId - 64) & 0xff)
      .u8((chunkStreamId - 64) >> 8);
  }
}
