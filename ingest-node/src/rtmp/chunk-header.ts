import type { ByteQueue } from './byte-queue.ts';
import { ByteReader } from './byte-reader.ts';

/** A 24-bit timestamp of this value says that four more bytes hold the real one (RTMP 1.0 §5.3.1.3). */
export const EXTENDED_TIMESTAMP = 0xffffff;
const EXTENDED_TIMESTAMP_BYTES = 4;
/** Bytes of the message header by format (RTMP 1.0 §5.3.1.2). */
const MESSAGE_HEADER_BYTES = [11, 7, 3, 0] as const;

export type ChunkFormat = 0 | 1 | 2 | 3;

export interface BasicHeader {
  readonly format: ChunkFormat;
  readonly chunkStreamId: number;
  readonly sizeBytes: number;
}

/** What one chunk header says; only what its format carries. `timestampField` is a time or a delta, 32 bits. */
export interface ChunkHeader {
  readonly basic: BasicHeader;
  readonly sizeBytes: number;
  readonly timestampField?: number;
  readonly isExtended: boolean;
  readonly lengthBytes?: number;
  readonly typeId?: number;
  readonly messageStreamId?: number;
}

function formatOf(byte: number): ChunkFormat {
  const format = byte >> 6;
  return format === 0 || format === 1 || format === 2 ? format : 3;
}

/** RTMP 1.0 §5.3.1.1: one byte for ids 2 to 63, two for 64 to 319, three for 64 to 65599. */
export function peekBasicHeader(from: ByteQueue): BasicHeader | undefined {
  const first = from.peek(1)?.[0];
  if (first === undefined) return undefined;
  const format = formatOf(first);
  const low = first & 0x3f;
  if (low >= 2) return { format, chunkStreamId: low, sizeBytes: 1 };
  const sizeBytes = low === 0 ? 2 : 3;
  const bytes = from.peek(sizeBytes);
  if (bytes === undefined) return undefined;
  const [, second = 0, third = 0] = bytes;
  return { format, chunkStreamId: 64 + second + third * 256, sizeBytes };
}

/** The header of a chunk of format 0, 1 or 2, left in place. */
export function peekFullHeader(from: ByteQueue, basic: BasicHeader): ChunkHeader | undefined {
  const plainBytes = basic.sizeBytes + MESSAGE_HEADER_BYTES[basic.format];
  const plain = from.peek(plainBytes);
  if (plain === undefined) return undefined;
  const reader = new ByteReader(plain.subarray(basic.sizeBytes), 'message-truncated');
  const field = reader.u24();
  const lengthAndType = basic.format < 2 ? { lengthBytes: reader.u24(), typeId: reader.u8() } : {};
  const stream = basic.format === 0 ? { messageStreamId: readLittleEndian(reader.bytes(4)) } : {};
  const rest = { basic, ...lengthAndType, ...stream };
  if (field !== EXTENDED_TIMESTAMP) return { ...rest, sizeBytes: plainBytes, timestampField: field, isExtended: false };
  const sizeBytes = plainBytes + EXTENDED_TIMESTAMP_BYTES;
  const extended = from.peek(sizeBytes);
  if (extended === undefined) return undefined;
  const timestampField = new ByteReader(extended.subarray(plainBytes), 'message-truncated').u32();
  return { ...rest, sizeBytes, timestampField, isExtended: true };
}

/**
 * The header of a format 3 chunk whose chunk stream uses extended timestamps. RTMP 1.0 §5.3.1.3 repeats the timestamp
 * here; Flash-era encoders and old FFmpeg do not. The one sign is whether the next bytes are one of `expected`. It is
 * decided at the first byte that differs, so that a chunk with less than four bytes of payload need not wait for more.
 */
export function peekRepeatHeader(
  from: ByteQueue,
  basic: BasicHeader,
  expected: readonly number[],
): ChunkHeader | undefined {
  const held = Math.min(EXTENDED_TIMESTAMP_BYTES, from.sizeBytes - basic.sizeBytes);
  const bytes = from.peek(basic.sizeBytes + held)?.subarray(basic.sizeBytes) ?? new Uint8Array();
  const isPossible = expected.some((timestamp) => bytes.every((byte, index) => byte === byteOf(timestamp, index)));
  if (!isPossible) return { basic, sizeBytes: basic.sizeBytes, isExtended: false };
  if (held < EXTENDED_TIMESTAMP_BYTES) return undefined;
  return { basic, sizeBytes: basic.sizeBytes + EXTENDED_TIMESTAMP_BYTES, isExtended: true };
}

function byteOf(value: number, index: number): number {
  return (value >>> (24 - index * 8)) & 0xff;
}

function readLittleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
