export type WindowErrorCode =
  | 'unknown-rendition'
  | 'rendition-twice'
  | 'description-changed'
  | 'part-too-long'
  | 'part-empty'
  | 'segment-too-long'
  | 'timestamps-not-contiguous'
  | 'init-changed-in-segment'
  | 'broadcast-ended';

/** The ingest node announced what no playlist could list lawfully. The announcement is refused; nothing is retried. */
export class WindowError extends Error {
  override readonly name = 'WindowError';
  readonly code: WindowErrorCode;
  constructor(code: WindowErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}
