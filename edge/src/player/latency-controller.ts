import { EdgeLine } from './edge-line.ts';

/** Correction a second of error: an error shrinks to a third in three seconds. */
const RATE_GAIN_PER_S = 0.35;
/** Faster than this, speech sounds hurried and cheap phones drop frames. */
const RATE_MAX = 1.1;
/** Slower than this, music sounds wrong. Slowing only rebuilds distance, it cannot rescue a buffer that runs dry. */
const RATE_MIN = 0.95;
/** Each change of rate restarts the browser's time stretcher, so small ones are not made. */
const RATE_STEP = 0.01;
/** A correction begins above the one and ends below the other, so that the rate does not flutter around 1. */
const CORRECT_ABOVE_S = 0.05;
const CORRECT_UNTIL_S = 0.015;
/** No speeding up on less buffer than this, nor on less than a part: what is gained would be lost by a stall. */
const SPEED_UP_BUFFER_S_MIN = 0.25;

/** Who stood and is further behind than this begins at the target again: at 1.1 the chase would last half a minute. */
const JUMP_BEHIND_S_MIN = 2.5;
const JUMP_BEHIND_HOLD_BACKS = 1.5;
/** So much at once was held up on its way: what is made only now comes a part at a time. */
const BACKLOG_S_MIN = 1.5;
const BACKLOG_PARTS = 3;
/** So long after the first of it whoever is far behind looks whether it is the first of a backlog. */
const BACKLOG_MS_MAX = 600;
/** A machine that slept, or a page that was put aside: nobody listened, and the chase would last for minutes. */
const SLEPT_BEHIND_S = 20;
/** A jump takes its time to load; another one before that would start over. */
const JUMP_COOLDOWN_MS = 4_000;
/** What must lie ahead of the place that is jumped to, for the jump to show a picture at once. */
const LANDING_BUFFER_S = 0.1;

/** How much further behind a stall puts the target, in parts, and the most that all stalls together do. */
const STALL_MARGIN_PARTS = 0.5;
const MARGIN_PARTS_MAX = 2;
/** After this long without a stall the margin is given back, this much at a time. */
const CALM_MS = 15_000;
const CALM_STEP_PARTS = 0.1;
const CALM_STEP_MS = 5_000;

/** Playback begins a little before the target is reached: waiting for the last tenth is seen, closing it is not. */
const START_TOLERANCE_S = 0.1;
/** Nor does it wait, or jump, for less than the first sighting of the edge can be wrong by. */
const FIRST_SIGHTING_PARTS = 0.5;

/** What the playlist says about distances. */
export interface StreamTiming {
  /** PART-TARGET, or the target duration of a playlist without parts. */
  readonly partTargetS: number;
  /** PART-HOLD-BACK, or HOLD-BACK of a playlist without parts: the distance that the server wants kept. */
  readonly holdBackS: number;
}

/** The playhead at one moment, on the media timeline. */
export interface PlayheadReading {
  readonly nowMs: number;
  readonly positionS: number;
  /** End of the buffered range that holds the position; the position itself when nothing is buffered there. */
  readonly bufferedEndS: number;
}

export interface LatencyOrder {
  readonly playbackRate: number;
  readonly seekToS: number | undefined;
}

export interface LatencyState {
  /** From the playhead to the estimated live edge. */
  readonly distanceS: number | undefined;
  readonly targetDistanceS: number | undefined;
  /** What earlier stalls have added to the target. */
  readonly marginS: number;
}

/**
 * Keeps the playhead at a steady distance to the live edge. hls.js's own catch-up needs more than a second of buffer
 * and each stall raises its target for good (hls.js#6350), so its is switched off and this one sets the rate.
 *
 * The distance to the edge is what is controlled, not the latency by the clock: when the way from the camera to the
 * playlist gets slower, the buffer stays as it is. Pure: time is an argument.
 */
export class LatencyController {
  readonly #edge = new EdgeLine();
  #timing: StreamTiming | undefined;
  #playlistCount = 0;
  #isCorrecting = false;
  #marginParts = 0;
  #marginChangedAtMs = 0;
  #stalledAtMs = Number.NEGATIVE_INFINITY;
  #jumpedAtMs = Number.NEGATIVE_INFINITY;
  #distanceS: number | undefined;
  /** The edge as it was known when the picture began to stand, before the time. */
  #leadBeforeS: number | undefined;
  /** When there was something again, after the picture stood. */
  #backAtMs: number | undefined;

  /** A playlist arrived that lists media up to `edgeS`. */
  playlistGrew(edgeS: number, timing: StreamTiming, nowMs: number): void {
    this.#timing = timing;
    this.#playlistCount += 1;
    // The first playlist was not waited for: its newest part is anything up to a part old. The second was.
    if (this.#playlistCount === 2) this.#edge.forget();
    this.#edge.sighted(this.#playlistCount === 1 ? edgeS + timing.partTargetS * FIRST_SIGHTING_PARTS : edgeS, nowMs);
  }

  /** Another source, or the same one anew: nothing known of the edge holds. The margin is about the path and stays. */
  sourceChanged(): void {
    this.#edge.forget();
    this.#playlistCount = 0;
    this.#timing = undefined;
    this.#isCorrecting = false;
    this.#distanceS = undefined;
    this.#jumpedAtMs = Number.NEGATIVE_INFINITY;
    this.#leadBeforeS = undefined;
    this.#backAtMs = undefined;
  }

  stalled(nowMs: number): void {
    this.#marginParts = Math.min(MARGIN_PARTS_MAX, this.#marginParts + STALL_MARGIN_PARTS);
    this.#marginChangedAtMs = nowMs;
    this.#stalledAtMs = nowMs;
    const edgeS = this.#edge.at(nowMs);
    if (edgeS !== undefined) this.#leadBeforeS = edgeS - nowMs / 1000;
    // Parts come later than they did: chasing the edge of before would end in the next stall.
    this.#edge.forget();
  }

  /**
   * Before the first frame moves: `isReady` when playing may begin without running dry, and where to begin. A viewer
   * who joins begins at the target, not behind it; a viewer who was there first waits until there is a buffer.
   */
  start(reading: PlayheadReading): { readonly isReady: boolean; readonly seekToS: number | undefined } {
    const known = this.#measure(reading);
    if (known === undefined) return { isReady: false, seekToS: undefined };
    const errorS = known.distanceS - known.targetS;
    const bufferS = reading.bufferedEndS - reading.positionS;
    if (bufferS <= 0) return { isReady: false, seekToS: undefined };
    const unsureS = this.#playlistCount === 1 ? FIRST_SIGHTING_PARTS * known.timing.partTargetS : 0;
    const toleranceS = START_TOLERANCE_S + unsureS;
    if (errorS > toleranceS) {
      const landingS = Math.min(reading.positionS + errorS, reading.bufferedEndS - LANDING_BUFFER_S);
      return { isReady: true, seekToS: landingS > reading.positionS + START_TOLERANCE_S ? landingS : undefined };
    }
    return { isReady: errorS >= -toleranceS, seekToS: undefined };
  }

  /** There is nothing to go on with. */
  stands(): void {
    this.#backAtMs = undefined;
  }

  /**
   * There is media again for a viewer who stood and follows the edge: whether to go on, and where. Whoever is far behind
   * goes on at the target, where the broadcast went on meanwhile: while the picture stands nobody hears a jump. It did
   * when much comes at once. Where parts come as they are made it was the broadcast that stood, and there is nothing
   * further on.
   */
  resume(reading: PlayheadReading): { readonly isReady: boolean; readonly seekToS: number | undefined } {
    const { nowMs, positionS, bufferedEndS } = reading;
    const [timing, targetS] = [this.#timing, this.#targetS()];
    // The first sighting after a stall may be as late as the stall was long, and the edge of before too near.
    const seenS = this.#edge.at(nowMs) ?? 0;
    const edgeS = Math.max(seenS, this.#leadBeforeS === undefined ? 0 : this.#leadBeforeS + nowMs / 1000);
    if (timing === undefined || targetS === undefined || edgeS - positionS - targetS <= farBehindS(timing)) {
      return { isReady: true, seekToS: undefined };
    }
    const backlogS = Math.max(BACKLOG_S_MIN, BACKLOG_PARTS * timing.partTargetS);
    if (bufferedEndS - positionS >= backlogS) {
      this.#isCorrecting = false;
      return { isReady: true, seekToS: edgeS - targetS };
    }
    this.#backAtMs ??= nowMs;
    return { isReady: nowMs - this.#backAtMs >= BACKLOG_MS_MAX, seekToS: undefined };
  }

  /** What to do while the viewer follows the live edge. */
  follow(reading: PlayheadReading): LatencyOrder {
    this.#calmDown(reading.nowMs);
    const known = this.#measure(reading);
    if (known === undefined) return { playbackRate: 1, seekToS: undefined };
    const errorS = known.distanceS - known.targetS;
    const seekToS = this.#jump(errorS, reading);
    if (seekToS !== undefined) return { playbackRate: 1, seekToS };
    return { playbackRate: this.#rate(errorS, known.timing, reading), seekToS: undefined };
  }

  /** Where "go to live" leads: the target position, or `undefined` while the edge is unknown. */
  livePositionS(nowMs: number): number | undefined {
    const edgeS = this.#edge.at(nowMs);
    const targetS = this.#targetS();
    return edgeS === undefined || targetS === undefined ? undefined : edgeS - targetS;
  }

  /** Measures without acting, for a viewer who is paused or watches from behind. */
  observe(reading: PlayheadReading): LatencyState {
    this.#measure(reading);
    return this.state;
  }

  get state(): LatencyState {
    return {
      distanceS: this.#distanceS,
      targetDistanceS: this.#targetS(),
      marginS: this.#marginParts * (this.#timing?.partTargetS ?? 0),
    };
  }

  #targetS(): number | undefined {
    if (this.#timing === undefined) return undefined;
    return this.#timing.holdBackS + this.#marginParts * this.#timing.partTargetS;
  }

  #measure(reading: PlayheadReading): { distanceS: number; targetS: number; timing: StreamTiming } | undefined {
    const edgeS = this.#edge.at(reading.nowMs);
    const targetS = this.#targetS();
    this.#distanceS = edgeS === undefined ? undefined : edgeS - reading.positionS;
    if (this.#distanceS === undefined || targetS === undefined || this.#timing === undefined) return undefined;
    return { distanceS: this.#distanceS, targetS, timing: this.#timing };
  }

  #jump(errorS: number, reading: PlayheadReading): number | undefined {
    if (errorS <= SLEPT_BEHIND_S || reading.nowMs - this.#jumpedAtMs < JUMP_COOLDOWN_MS) return undefined;
    this.#jumpedAtMs = reading.nowMs;
    this.#isCorrecting = false;
    return reading.positionS + errorS;
  }

  #rate(errorS: number, timing: StreamTiming, reading: PlayheadReading): number {
    const sizeS = Math.abs(errorS);
    this.#isCorrecting = this.#isCorrecting ? sizeS > CORRECT_UNTIL_S : sizeS > CORRECT_ABOVE_S;
    if (!this.#isCorrecting) return 1;
    const bufferS = reading.bufferedEndS - reading.positionS;
    if (errorS > 0 && bufferS < Math.max(SPEED_UP_BUFFER_S_MIN, timing.partTargetS)) return 1;
    const correction = Math.max(RATE_STEP, Math.round((RATE_GAIN_PER_S * sizeS) / RATE_STEP) * RATE_STEP);
    const rate = Math.min(RATE_MAX, Math.max(RATE_MIN, 1 + Math.sign(errorS) * correction));
    return Math.round(rate * 100) / 100;
  }

  #calmDown(nowMs: number): void {
    const isCalm = nowMs - this.#stalledAtMs >= CALM_MS && nowMs - this.#marginChangedAtMs >= CALM_STEP_MS;
    if (this.#marginParts === 0 || !isCalm) return;
    this.#marginParts = Math.max(0, this.#marginParts - CALM_STEP_PARTS);
    this.#marginChangedAtMs = nowMs;
  }
}

function farBehindS({ holdBackS }: StreamTiming): number {
  return Math.max(JUMP_BEHIND_S_MIN, JUMP_BEHIND_HOLD_BACKS * holdBackS);
}
