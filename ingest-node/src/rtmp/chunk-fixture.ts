import { ByteWriter } from './byte-writer.ts';
import type { ChunkFormat } from './chunk-header.ts';
import { ChunkReader } from './chunk-reader.ts';
import type { RtmpMessage } from './message.ts';

/** What a test says of one chunk. `timestamp` is the field of formats 0 to 2; `extended` follows it, or is absent. */
export interface ChunkParts {
  readonly format: ChunkFormat;
  readonly chunkStreamId?: number;
  readonly timestamp?: number;
  readonly lengthBytes?: number;
  readonly typeId?: number;
  readonly messageStreamId?: number;
  readonly extended?: number;
  readonly payload?: Uint8Array;
}

/** One chunk, put together field by field and not by the product's own writer. */
export function chunk(parts: ChunkParts): Uint8Array {
  const { format, chunkStreamId = 4, timestamp = 0, typeId = 9, messageStreamId = 1, extended } = parts;
  const payload = parts.payload ?? new Uint8Array();
  const to = new ByteWriter();
  if (chunkStreamId < 64) to.u8((format << 6) | chunkStreamId);
  else if (chunkStreamId < 320) to.u8(format << 6).u8(chunkStreamId - 64);
  else
    to.u8((format << 6) | 1)
      .u8((chunkStreamId - 64) % 256)
      .u8(Math.floor((chunkStreamId - 64) / 256));
  if (format < 3) to.u24(timestamp);
  if (format < 2) to.u24(parts.lengthBytes ?? payload.length).u8(typeId);
  if (format < 1) to.u32LittleEndian(messageStreamId);
  if (extended !== undefined) to.u32(extended);
  return to.bytes(payload).take();
}

/** All messages that pieces of a chunk stream give, read as they come. */
export function readMessages(pieces: Iterable<Uint8Array>, reader = new ChunkReader()): RtmpMessage[] {
  const messages: RtmpMessage[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let message = reader.next(); message !== undefined; message = reader.next()) messages.push(message);
  }
  return messages;
}
