export type MuxErrorCode = 'box-malformed' | 'box-missing' | 'box-twice' | 'track-unexpected' | 'track-id-shared';

/** Two init segments cannot be one: what a node stored is damaged, or not what ours store. */
export class MuxError extends Error {
  override readonly name = 'MuxError';
  readonly code: MuxErrorCode;
  constructor(code: MuxErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}
