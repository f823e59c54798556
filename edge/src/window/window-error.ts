export type WindowErrorCode =
  | 'unknown-rendition'
  | 'rendition-twice'
  | 'description-changed'
  | 'part-target-too-long'
  | 'part-too-long'
  | 'part-too-short'
  | 'part-empty'
  | 'segment-too-long'
  | 'segment-not-independent'
  | 'segment-in-too-many-parts'
  | 'segments-too-short'
  | 'timestamps-not-contiguous'
  | 'init-changed-in-segment'
  | 'init-not-described'
  | 'lender-unfit'
  | 'lender-rests'
  | 'lender-changed-in-segment'
  | 'lent-part-differs'
  | 'next-lender-misplaced'
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
