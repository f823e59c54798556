import { RateGate } from './rate-gate.ts';

/** Says when a peer has sent more than its bitrate for a whole window. */
export class BitrateGate {
  readonly #gate: RateGate;

  constructor({ bitrateBpsMax, windowMs }: { readonly bitrateBpsMax: number; readonly windowMs: number }) {
    this.#gate = new RateGate({ perSecondMax: bitrateBpsMax / 8, windowMs });
  }

  /** `false` once the average is above the limit. */
  admits(sizeBytes: number, nowMs: number): boolean {
    return this.#gate.admits(sizeBytes, nowMs);
  }
}
