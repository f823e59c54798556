/** Caps of the chunk layer. */
export interface ChunkLimits {
  /** One message. */
  readonly messageBytesMax: number;
  /** All messages that are being put together at once, by the memory they hold. */
  readonly assemblyBytesMax: number;
}

/** Before anybody said yes: commands and metadata are below 4 KiB, and a stranger may not make us hold more. */
export const STRANGER_CHUNK_LIMITS: ChunkLimits = { messageBytesMax: 64 * 1_024, assemblyBytesMax: 128 * 1_024 };
/** A 4K keyframe at 100 Mbit/s is about 4 MiB; one video and one audio message are in flight at a time. */
export const PUBLISHER_CHUNK_LIMITS: ChunkLimits = {
  messageBytesMax: 8 * 1_024 * 1_024,
  assemblyBytesMax: 12 * 1_024 * 1_024,
};
/** Encoders use 3 to 6 chunk streams; an entry for each of 65,536 would be the peer's way to make us hold memory. */
export const CHUNK_STREAMS_MAX = 64;
/** RTMP 1.0 §5.4.1: until somebody says otherwise. */
export const CHUNK_BYTES_DEFAULT = 128;
/** RTMP 1.0 §5.4.1: a message has at most this many bytes, so larger chunk sizes all mean the same. */
export const CHUNK_BYTES_MAX = 0xffffff;
/** One read from a socket is at most 64 KiB; what is not yet read of a publisher who waits comes on top. */
export const UNREAD_BYTES_MAX = 1_024 * 1_024;
