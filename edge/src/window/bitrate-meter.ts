import type { WindowSegment } from './window-segment.ts';

/** Until this much media was seen, what the encoder was told is the better guess at the peak. */
const MEASURED_S_MIN = 30;

/** What a meter has seen; enough to go on from after a restart. */
export interface BitrateMeasure {
  readonly totalBytes: number;
  readonly totalTicks: number;
  /** Over any run of segments of 0.5 to 1.5 target durations. */
  readonly peakBps: number;
  /** Runs that end with the last segment and are still short enough to grow. */
  readonly runs: readonly BitrateRun[];
}

export interface BitrateRun {
  readonly ticks: number;
  readonly bytes: number;
}

const NOTHING_MEASURED: BitrateMeasure = { totalBytes: 0, totalTicks: 0, peakBps: 0, runs: [] };

export interface BitrateMeterOptions {
  readonly timescaleHz: number;
  readonly targetDurationS: number;
  readonly measured?: BitrateMeasure;
}

/** Peak and average segment bit rate of one rendition since its broadcast began (rfc8216bis §4.4.6.2). */
export class BitrateMeter {
  readonly #timescaleHz: number;
  readonly #targetTicks: number;
  #measure: BitrateMeasure;

  constructor(options: BitrateMeterOptions) {
    this.#timescaleHz = options.timescaleHz;
    this.#targetTicks = options.targetDurationS * options.timescaleHz;
    this.#measure = options.measured ?? NOTHING_MEASURED;
  }

  get measure(): BitrateMeasure {
    return this.#measure;
  }

  /** Takes a complete segment. `isForeign`: it has a gap or is another's, so it says nothing of this bit rate. */
  add(segment: Pick<WindowSegment, 'durationTicks' | 'sizeBytes'>, isForeign: boolean): void {
    if (isForeign) {
      this.#measure = { ...this.#measure, runs: [] };
      return;
    }
    const own = { ticks: segment.durationTicks, bytes: segment.sizeBytes };
    const { totalBytes, totalTicks, peakBps, runs: before } = this.#measure;
    const grown = before.map((run) => ({ ticks: run.ticks + own.ticks, bytes: run.bytes + own.bytes }));
    const runs = [...grown, own].filter((run) => run.ticks <= 1.5 * this.#targetTicks);
    const rates = runs.filter((run) => run.ticks >= 0.5 * this.#targetTicks).map((run) => this.#bps(run));
    this.#measure = {
      totalBytes: totalBytes + own.bytes,
      totalTicks: totalTicks + own.ticks,
      peakBps: Math.max(peakBps, ...rates),
      runs,
    };
  }

  /** The measured peak, or the declared one until enough was measured; never less than what was seen. */
  peakBps(declaredBps: number): number {
    const isEnough = this.#measure.totalTicks >= MEASURED_S_MIN * this.#timescaleHz;
    return Math.ceil(isEnough ? this.#measure.peakBps : Math.max(declaredBps, this.#measure.peakBps));
  }

  /** `undefined` before the first segment. */
  averageBps(): number | undefined {
    const { totalTicks: ticks, totalBytes: bytes } = this.#measure;
    return ticks === 0 ? undefined : Math.ceil(this.#bps({ ticks, bytes }));
  }

  #bps(run: BitrateRun): number {
    return (run.bytes * 8 * this.#timescaleHz) / run.ticks;
  }
}
