/**
 * `timeout`, `unreachable`, `busy` (429, 503, SlowDown and the other 5xx): it may pass. `denied`: the keys are wrong,
 * or do not reach so far. `misconfigured`: another region, no such bucket. `unexpected`: no answer that a bucket should
 * give.
 */
export type StoreErrorCode = 'timeout' | 'unreachable' | 'busy' | 'denied' | 'misconfigured' | 'unexpected';

const PASSING: ReadonlySet<StoreErrorCode> = new Set(['timeout', 'unreachable', 'busy']);

/** The bucket could not be read. Its message is for the log and holds no key of the deployment. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }

  get isRetryable(): boolean {
    return PASSING.has(this.code);
  }
}
