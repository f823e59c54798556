export type CmafErrorCode =
  // Boxes
  | 'box-malformed'
  | 'box-truncated'
  | 'box-above-limit'
  | 'boxes-above-limit'
  | 'number-too-large'
  // An init segment
  | 'init-missing'
  | 'init-malformed'
  | 'tracks-above-one'
  | 'codec-unsupported'
  // A fragment
  | 'fragment-malformed'
  | 'fragment-unsupported'
  | 'samples-above-limit'
  | 'sample-malformed';

/** The peer broke ISO BMFF or CMAF. Ends that request and is never retried. Its message names no secret. */
export class CmafError extends Error {
  override readonly name = 'CmafError';
  readonly code: CmafErrorCode;
  constructor(code: CmafErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}
