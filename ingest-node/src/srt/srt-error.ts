export type SrtErrorCode =
  | 'packet-truncated'
  | 'not-a-handshake'
  | 'handshake-truncated'
  | 'extension-truncated'
  | 'extensions-above-limit'
  | 'extension-malformed'
  | 'filter-above-limit'
  | 'stream-id-too-long'
  | 'stream-id-not-text';

/** The peer broke SRT. What it sent is dropped or refused. Its message names no secret. */
export class SrtError extends Error {
  override readonly name = 'SrtError';
  readonly code: SrtErrorCode;
  constructor(code: SrtErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}

/** What a peer garbled is as if it had not come. */
export function unlessGarbled<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SrtError) return undefined;
    throw error;
  }
}
