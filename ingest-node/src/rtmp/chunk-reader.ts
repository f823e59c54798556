import { ByteQueue } from './byte-queue.ts';
import { ByteReader } from './byte-reader.ts';
import {
  type BasicHeader,
  type ChunkHeader,
  peekBasicHeader,
  peekFullHeader,
  peekRepeatHeader,
} from './chunk-header.ts';
import {
  CHUNK_BYTES_DEFAULT,
  CHUNK_BYTES_MAX,
  CHUNK_STREAMS_MAX,
  type ChunkLimits,
  STRANGER_CHUNK_LIMITS,
  UNREAD_BYTES_MAX,
} from './chunk-limits.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { MessageAssembly } from './message-assembly.ts';
import { RtmpError } from './rtmp-error.ts';

/** What a chunk stream remembers, for headers that leave it out. */
interface ChunkStream {
  timestampMs: number;
  /** The last time or delta as it was sent; a format 3 chunk that begins a message repeats it. */
  timestampField: number;
  isExtended: boolean;
  lengthBytes: number;
  typeId: number;
  messageStreamId: number;
  assembly: MessageAssembly | undefined;
}

/** RTMP messages out of chunks (RTMP 1.0 §5.3). It obeys Set Chunk Size and Abort itself and does not return them. */
export class ChunkReader {
  readonly #held = new ByteQueue(UNREAD_BYTES_MAX);
  readonly #streams = new Map<number, ChunkStream>();
  readonly #onChunk: (() => void) | undefined;
  #limits: ChunkLimits;
  #chunkBytesMax = CHUNK_BYTES_DEFAULT;
  #assemblyBytes = 0;
  /** The chunk whose header was read and whose payload is still coming. */
  #current: { stream: ChunkStream; assembly: MessageAssembly; missingBytes: number } | undefined;

  /** `onChunk` is called for each chunk that begins; what it throws, `next` throws. */
  constructor(limits: ChunkLimits = STRANGER_CHUNK_LIMITS, onChunk?: () => void) {
    this.#limits = limits;
    this.#onChunk = onChunk;
  }

  /** Bytes pushed and not yet looked at. */
  get unreadBytes(): number {
    return this.#held.sizeBytes;
  }

  setLimits(limits: ChunkLimits): void {
    this.#limits = limits;
  }

  push(bytes: Uint8Array): void {
    this.#held.append(bytes);
  }

  /** The next whole message, or `undefined` while more bytes are needed. Throws RtmpError and nothing else. */
  next(): RtmpMessage | undefined {
    for (;;) {
      if (this.#current === undefined && !this.#readHeader()) return undefined;
      const message = this.#readPayload();
      if (message === undefined) {
        if (this.#current !== undefined) return undefined;
      } else if (!this.#obey(message)) return message;
    }
  }

  /** `false` when more bytes are needed. */
  #readHeader(): boolean {
    const basic = peekBasicHeader(this.#held);
    if (basic === undefined) return false;
    const known = this.#streams.get(basic.chunkStreamId);
    const header = this.#peekHeader(basic, known);
    if (header === undefined) return false;
    const stream = known ?? this.#openStream(basic);
    this.#apply(header, stream);
    this.#held.takeUpTo(header.sizeBytes);
    this.#onChunk?.();
    const assembly = stream.assembly ?? this.#beginMessage(stream);
    this.#current = { stream, assembly, missingBytes: Math.min(assembly.missingBytes, this.#chunkBytesMax) };
    return true;
  }

  #peekHeader(basic: BasicHeader, known: ChunkStream | undefined): ChunkHeader | undefined {
    if (basic.format !== 3) return peekFullHeader(this.#held, basic);
    if (!known?.isExtended) return { basic, sizeBytes: basic.sizeBytes, isExtended: false };
    return peekRepeatHeader(this.#held, basic, [known.timestampField, known.timestampMs]);
  }

  #openStream({ format, chunkStreamId }: BasicHeader): ChunkStream {
    // librtmp begins its ping responses with format 1, so that one is let through: on message stream 0, from time 0.
    if (format >= 2) {
      throw new RtmpError('chunk-header-without-predecessor', `format ${format} begins chunk stream ${chunkStreamId}`);
    }
    if (this.#streams.size >= CHUNK_STREAMS_MAX) {
      throw new RtmpError('chunk-streams-above-limit', `more than ${CHUNK_STREAMS_MAX}`);
    }
    const stream: ChunkStream = {
      timestampMs: 0,
      timestampField: 0,
      isExtended: false,
      lengthBytes: 0,
      typeId: 0,
      messageStreamId: 0,
      assembly: undefined,
    };
    this.#streams.set(chunkStreamId, stream);
    return stream;
  }

  #apply(header: ChunkHeader, stream: ChunkStream): void {
    const { format, chunkStreamId } = header.basic;
    if (stream.assembly !== undefined) {
      if (format === 3) return;
      throw new RtmpError('chunk-message-interrupted', `format ${format} within a message of stream ${chunkStreamId}`);
    }
    if (format !== 3) {
      stream.timestampField = header.timestampField ?? 0;
      stream.isExtended = header.isExtended;
      stream.lengthBytes = header.lengthBytes ?? stream.lengthBytes;
      stream.typeId = header.typeId ?? stream.typeId;
      stream.messageStreamId = header.messageStreamId ?? stream.messageStreamId;
    }
    // RTMP 1.0 §5.3.1.2.4: after a format 0 chunk the delta is that chunk's timestamp.
    stream.timestampMs = format === 0 ? stream.timestampField : addWrapping(stream.timestampMs, stream.timestampField);
  }

  #beginMessage(stream: ChunkStream): MessageAssembly {
    if (stream.lengthBytes > this.#limits.messageBytesMax) {
      throw new RtmpError('message-above-limit', `${stream.lengthBytes} of ${this.#limits.messageBytesMax} bytes`);
    }
    const assembly = new MessageAssembly(stream.lengthBytes);
    stream.assembly = assembly;
    this.#assemblyBytes += assembly.heldBytes;
    this.#checkAssemblyBytes();
    return assembly;
  }

  #readPayload(): RtmpMessage | undefined {
    const current = this.#current;
    if (current === undefined) return undefined;
    const { stream, assembly } = current;
    const bytes = this.#held.takeUpTo(current.missingBytes);
    const heldBytesBefore = assembly.heldBytes;
    assembly.append(bytes);
    this.#assemblyBytes += assembly.heldBytes - heldBytesBefore;
    this.#checkAssemblyBytes();
    current.missingBytes -= bytes.length;
    if (current.missingBytes > 0) return undefined;
    this.#current = undefined;
    if (assembly.missingBytes > 0) return undefined;
    this.#drop(stream);
    const { typeId, messageStreamId, timestampMs } = stream;
    return { typeId, messageStreamId, timestampMs, payload: assembly.take() };
  }

  #checkAssemblyBytes(): void {
    if (this.#assemblyBytes > this.#limits.assemblyBytesMax) {
      throw new RtmpError('messages-in-assembly-above-limit', `more than ${this.#limits.assemblyBytesMax} bytes`);
    }
  }

  #drop(stream: ChunkStream): void {
    this.#assemblyBytes -= stream.assembly?.heldBytes ?? 0;
    stream.assembly = undefined;
  }

  /** `true` for the two messages that are about the chunk stream itself. */
  #obey(message: RtmpMessage): boolean {
    if (message.typeId === MESSAGE.setChunkSize) {
      this.#chunkBytesMax = readChunkSize(message.payload);
      return true;
    }
    if (message.typeId === MESSAGE.abort) {
      const stream = this.#streams.get(new ByteReader(message.payload, 'message-truncated').u32());
      if (stream !== undefined) this.#drop(stream);
      return true;
    }
    return false;
  }
}

/** RTMP 1.0 §5.4.1: the first bit is 0, and a chunk has at least one byte. */
function readChunkSize(payload: Uint8Array): number {
  const sizeBytes = new ByteReader(payload, 'message-truncated').u32();
  if (sizeBytes === 0 || sizeBytes > 0x7fffffff) throw new RtmpError('chunk-size-invalid', `${sizeBytes} bytes`);
  return Math.min(sizeBytes, CHUNK_BYTES_MAX);
}

/** RTMP 1.0 §5.3.1.2: timestamps are 32 bits and go round. */
function addWrapping(timestampMs: number, deltaMs: number): number {
  return (timestampMs + deltaMs) % 2 ** 32;
}
