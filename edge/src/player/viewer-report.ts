import type { ViewerReport } from '@sluice/contracts';
import { StallShare } from './stall-share.ts';
import { WeightedMean } from './weighted-mean.ts';

/** As contracts' VIEWER_REPORT_INTERVAL_MS. Here by hand, because contracts come with zod. */
export const REPORT_INTERVAL_MS = 10_000;
/** As contracts' ViewerReport takes them; the test beside this holds them against it. */
const MAX = {
  intervalMs: 60_000,
  stalls: 1_000,
  droppedFrames: 100_000,
  latencyMs: 86_400_000,
  startupMs: 600_000,
  bufferMs: 600_000,
  bitrateBps: 500_000_000,
} as const;
/** A mean of less is more of chance than of this viewer. */
const LATENCY_WEIGHT_MS_MIN = 1_000;
/** Between two readings. Browsers let a hidden page read once a minute; a machine that slept played nothing. */
const STEP_MS_MAX = 61_000;

/** What the player reads ten times a second. Counts are since the page was opened. */
export interface ViewerReading {
  /** By the edge's clock; `undefined` while that is not known. The distance to the live edge is something else. */
  readonly latencyMs: number | undefined;
  /** The viewer wants the picture to move, and has seen it move (Playhead.isMoving). */
  readonly isMoving: boolean;
  readonly stallCount: number;
  readonly stalledMs: number;
  readonly renditionId: string | undefined;
  readonly bufferMs: number;
  readonly bitrateBps: number | undefined;
  readonly droppedFrames: number;
  readonly engine: ViewerReport['engine'];
  readonly isLive: boolean;
}

/**
 * How playing was for this viewer, added up until it is reported. One for each broadcast. Pure; time is an argument, on any
 * clock that never goes back.
 */
export class ViewerReporter {
  readonly #firstAfterMs: number;
  readonly #stalls = new StallShare();
  #last: { readonly nowMs: number; readonly reading: ViewerReading } | undefined;
  #interval = new Interval();
  #dueAtMs: number | undefined;
  #startupMs: number | undefined;
  #hasStarted = false;
  #failure: ViewerReport['failure'];

  /**
   * @param seat at random, from 0 up to, not with, 1: pages that have waited for a broadcast begin at the same moment, and
   * need not report at the same one.
   */
  constructor(seat: number) {
    this.#firstAfterMs = REPORT_INTERVAL_MS * (0.5 + seat);
  }

  /** The player as it is now. */
  reading(nowMs: number, reading: ViewerReading): void {
    this.#dueAtMs ??= nowMs + this.#firstAfterMs;
    const last = this.#last;
    this.#last = { nowMs, reading };
    const elapsedMs = last === undefined ? 0 : nowMs - last.nowMs;
    const isSlept = elapsedMs < 0 || elapsedMs > STEP_MS_MAX;
    const isMoving = reading.isMoving && last?.reading.isMoving === true;
    const times = this.#stalls.step(isSlept ? 0 : elapsedMs, isMoving, reading);
    const droppedFrames = Math.max(0, reading.droppedFrames - (last?.reading ?? reading).droppedFrames);
    this.#interval.add({ ...times, droppedFrames }, reading);
  }

  /** The first frame is on the screen, so long after the broadcast was asked for. Told once. */
  started(startupMs: number): void {
    if (!this.#hasStarted) this.#startupMs = startupMs;
    this.#hasStarted = true;
  }

  /** Playback has failed for good. Reported at once. */
  failed(failure: NonNullable<ViewerReport['failure']>): void {
    this.#failure = failure;
  }

  /** The report that is due; `undefined`: none is, or there is nothing to say. To be asked after each reading. */
  take(nowMs: number): ViewerReport | undefined {
    const isDue = this.#failure !== undefined || (this.#dueAtMs !== undefined && nowMs >= this.#dueAtMs);
    return isDue ? this.flush(nowMs) : undefined;
  }

  /** Whatever there is to say, since nobody may be here later; `undefined`: nothing. */
  flush(nowMs: number): ViewerReport | undefined {
    this.#dueAtMs = nowMs + REPORT_INTERVAL_MS;
    const [startupMs, failure, interval] = [this.#startupMs, this.#failure, this.#interval];
    if (interval.isEmpty && startupMs === undefined && failure === undefined) return undefined;
    this.#interval = interval.next();
    this.#startupMs = undefined;
    this.#failure = undefined;
    const { renditionId, engine } = this.#last?.reading ?? {};
    return {
      ...interval.sums(),
      ...(startupMs !== undefined && { startupMs: limited(startupMs, MAX.startupMs) }),
      ...(renditionId !== undefined && { renditionId }),
      ...(engine !== undefined && { engine }),
      ...(failure !== undefined && { failure }),
    };
  }
}

interface Step {
  readonly playedMs: number;
  readonly stalledMs: number;
  readonly stalls: number;
  readonly droppedFrames: number;
}

/** What is added up between two reports. */
class Interval {
  readonly #latencyMs = new WeightedMean();
  readonly #bufferMs = new WeightedMean();
  readonly #bitrateBps = new WeightedMean();
  #playedMs = 0;
  #stalledMs = 0;
  #stalls = 0;
  #liveMs = 0;
  #droppedFrames = 0;

  add({ playedMs, stalledMs, stalls, droppedFrames }: Step, reading: ViewerReading): void {
    this.#playedMs += playedMs;
    this.#stalledMs += stalledMs;
    this.#stalls += stalls;
    this.#droppedFrames += droppedFrames;
    const { latencyMs, bufferMs, bitrateBps, isLive } = reading;
    const wantedMs = Math.max(0, playedMs) + Math.max(0, stalledMs);
    this.#bufferMs.add(bufferMs, wantedMs);
    if (bitrateBps !== undefined) this.#bitrateBps.add(bitrateBps, wantedMs);
    if (!isLive) return;
    this.#liveMs += wantedMs;
    if (latencyMs !== undefined) this.#latencyMs.add(latencyMs, Math.max(0, playedMs));
  }

  /** Nobody watched: it was paused, or has not begun. */
  get isEmpty(): boolean {
    return this.#playedMs <= 0 && this.#stalledMs <= 0 && this.#stalls === 0;
  }

  /** The one after this. What a stall takes back of time that was told as played is taken from what comes. */
  next(): Interval {
    const next = new Interval();
    next.#playedMs = Math.min(0, this.#playedMs);
    return next;
  }

  sums(): ViewerReport {
    const [latencyMs, bufferMs, bitrateBps] = [this.#latencyMs, this.#bufferMs.value, this.#bitrateBps.value];
    const isLatencyKnown = latencyMs.value !== undefined && latencyMs.weightMs >= LATENCY_WEIGHT_MS_MIN;
    return {
      playedMs: limited(this.#playedMs, MAX.intervalMs),
      stalls: limited(this.#stalls, MAX.stalls),
      stalledMs: limited(this.#stalledMs, MAX.intervalMs),
      isLive: this.#liveMs > 0 && 2 * this.#liveMs >= this.#playedMs + this.#stalledMs,
      droppedFrames: limited(this.#droppedFrames, MAX.droppedFrames),
      ...(isLatencyKnown && { latencyMs: limited(latencyMs.value, MAX.latencyMs) }),
      ...(bufferMs !== undefined && { bufferMs: limited(bufferMs, MAX.bufferMs) }),
      ...(bitrateBps !== undefined && { bitrateBps: limited(bitrateBps, MAX.bitrateBps) }),
    };
  }
}

/** A whole number that the schema takes. */
function limited(value: number, max: number): number {
  return Number.isFinite(value) ? Math.min(max, Math.max(0, Math.round(value))) : 0;
}
