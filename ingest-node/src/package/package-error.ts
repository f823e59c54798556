export type PackageErrorCode =
  | 'codec-unsupported'
  | 'unknown-rendition'
  | 'off-the-grid'
  | 'keyframe-missing'
  | 'rest-out-of-order'
  | 'part-too-large';

/** The transcoder gave what cannot be packaged. Ours: the broadcast ends, and a new one begins clean. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
  readonly code: PackageErrorCode;
  constructor(code: PackageErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}
