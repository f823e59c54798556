/** Samples kept; the best of them counts. */
const SAMPLES_MAX = 8;
/** A quartz drifts some 50 ms in ten minutes: older samples are no better than a fresh bad one. */
const SAMPLE_AGE_MS_MAX = 10 * 60_000;

/** One question to the edge for its time. The viewer's times are from one clock of any origin. */
export interface ClockSample {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** The edge's wall clock when it answered. */
  readonly edgeMs: number;
}

/**
 * The edge's wall clock, on a machine whose own may be wrong by hours: latency is edge time less the frame's
 * PROGRAM-DATE-TIME. Of all samples the one with the shortest round trip is believed, for it errs the least.
 */
export class EdgeClock {
  #samples: readonly ClockSample[] = [];

  add(sample: ClockSample): void {
    const fresh = this.#samples.filter((kept) => sample.receivedAtMs - kept.receivedAtMs < SAMPLE_AGE_MS_MAX);
    this.#samples = [...fresh, sample].slice(-SAMPLES_MAX);
  }

  /** The edge's time when the viewer's clock reads `localMs`; `undefined` before the first sample. */
  at(localMs: number): number | undefined {
    const best = this.#best();
    return best === undefined ? undefined : localMs + best.edgeMs - (best.sentAtMs + best.receivedAtMs) / 2;
  }

  /** The most that `at` can be wrong by: half the best round trip. */
  get uncertaintyMs(): number | undefined {
    const best = this.#best();
    return best === undefined ? undefined : (best.receivedAtMs - best.sentAtMs) / 2;
  }

  #best(): ClockSample | undefined {
    return this.#samples.reduce<ClockSample | undefined>(
      (best, sample) => (best === undefined || roundTripMs(sample) <= roundTripMs(best) ? sample : best),
      undefined,
    );
  }
}

function roundTripMs(sample: ClockSample): number {
  return sample.receivedAtMs - sample.sentAtMs;
}
