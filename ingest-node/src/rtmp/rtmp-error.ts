export type RtmpErrorCode =
  // Handshake
  | 'not-rtmp'
  | 'encryption-unsupported'
  // Chunk stream
  | 'held-bytes-above-limit'
  | 'chunk-size-invalid'
  | 'chunk-header-without-predecessor'
  | 'chunk-message-interrupted'
  | 'chunk-streams-above-limit'
  | 'message-above-limit'
  | 'messages-in-assembly-above-limit'
  | 'message-truncated'
  | 'messages-above-limit'
  | 'chunks-above-limit'
  | 'stranger-bytes-above-limit'
  | 'asks-above-limit'
  // AMF
  | 'amf-truncated'
  | 'amf-marker-unknown'
  | 'amf-too-deep'
  | 'amf-too-many-values'
  | 'amf-reference-invalid'
  | 'amf-unwritable'
  // Commands and media
  | 'command-malformed'
  | 'command-out-of-order'
  | 'tag-truncated'
  | 'tag-malformed';

/** The peer broke RTMP, AMF or FLV. Ends that connection and is never retried. Its message names no secret. */
export class RtmpError extends Error {
  override readonly name = 'RtmpError';
  readonly code: RtmpErrorCode;
  constructor(code: RtmpErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}
