export type ExportErrorCode =
  /** Of what was asked for there is nothing. */
  | 'nothing-to-export'
  /** A segment or an init segment is listed and not in the bucket. */
  | 'media-missing'
  /** A file that begins as a segment does goes on as none. */
  | 'segment-malformed'
  /** An init segment that an ordinary file cannot be made of. */
  | 'init-unsupported'
  /** More kinds of media than a broadcast has. */
  | 'too-many-inits'
  /** A number that does not fit into its table. */
  | 'table-overflow';

/** A recording cannot be one file: what is stored is damaged, or not what ours store. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code: ExportErrorCode;

  constructor(code: ExportErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}
