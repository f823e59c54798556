import { type DelayNotice, DelayWatch, type Track } from './delay-watch.ts';

export type { Track } from './delay-watch.ts';

/** A decoded frame's place in the publisher's own time. */
export interface SourceMoment {
  readonly track: Track;
  readonly ptsUs: number;
  /** How long it lasts, as far as is known. */
  readonly durationUs: number;
}

/** Its place in ours. */
export interface Placement {
  /** On the same monotonic clock as `nowUs`. */
  readonly timeUs: number;
  /** Its timestamp made no sense and was not used: it is placed where the one after the last would be. */
  readonly isWild: boolean;
}

export type TimelineNotice = DelayNotice | 'jumped';

/** A timestamp may go back this far and still be the same time: encoders that stutter, phones that send again. */
const BACK_US_MAX = 250_000;
/** And forward so far without asking whether that can be: a few dropped frames. */
const FORWARD_US_MAX = 100_000;
const FORWARD_FRAMES_MAX = 2.5;
/** A frame that is further ahead of the earliest one seen than this is not from this time. */
const EARLIER_US_MAX = 100_000;
/** Consecutive frames that agree with each other and not with the timeline: then the publisher's time has jumped. */
const JUMP_FRAMES = 3;
/** A track that joins another's mapping, or follows it after a jump, is this near to it. */
const NEAR_US = 1_000_000;
const NEAR_AT_START_US = 3_000_000;
/** As many timestamps in a row that do not advance, and they say nothing at all. */
const STUCK_FRAMES = 5;
/** RTMP's 32 bits of milliseconds, its 31 bits where a sign was made of one, and MPEG-TS's 33 bits of 90 kHz. */
const WRAP_PERIODS_US: readonly number[] = [2 ** 32 * 1_000, 2 ** 31 * 1_000, (2 ** 33 * 100) / 9];

/** One track's mapping and what came last on it. */
interface TrackState {
  offsetUs: number;
  lastPtsUs: number;
  lastTimeUs: number;
  lastNowUs: number;
  stuckCount: number;
  suspectCount: number;
  suspectPtsUs: number;
  suspectNowUs: number;
}

/**
 * Maps a publisher's timestamps to our time, one mapping for picture and sound. Times on it are when the media should
 * be there at the earliest: a frame that came as fast as the fastest is placed at its arrival. Jumps, wraps and single
 * wild frames are told apart; delay is followed by DelayWatch.
 */
export class SourceTimeline {
  readonly #lateUs: number;
  readonly #tracks = new Map<Track, TrackState>();
  #watch: DelayWatch;
  /** The mapping that was made last; a track that no longer fits its own is tried on it. */
  #newestOffsetUs: number | undefined;
  #hasJumped = false;

  constructor(limits: { readonly lateUs: number }) {
    this.#lateUs = limits.lateUs;
    this.#watch = new DelayWatch(limits);
  }

  /** Another publisher, or the same one again: nothing known of its time holds. */
  rejoin(): void {
    this.#tracks.clear();
    this.#watch = new DelayWatch({ lateUs: this.#lateUs });
    this.#newestOffsetUs = undefined;
  }

  /** The next thing worth telling. */
  poll(): TimelineNotice | undefined {
    if (this.#hasJumped) {
      this.#hasJumped = false;
      return 'jumped';
    }
    return this.#watch.poll();
  }

  /** Where a frame that is there since `nowUs` belongs. */
  place(moment: SourceMoment, nowUs: number): Placement {
    const state = this.#tracks.get(moment.track) ?? this.#begin(moment, nowUs);
    if (this.#isStuck(state, moment)) return this.#placeByArrival(state, moment, nowUs);
    const offsetUs = this.#fittingOffsetUs(state, moment, nowUs);
    if (offsetUs !== undefined) {
      state.offsetUs = offsetUs;
      return this.#accept(state, moment, nowUs);
    }
    if (this.#isJump(state, moment, nowUs)) {
      this.#hasJumped = true;
      state.offsetUs = this.#nextTimeUs(state, moment, nowUs) - this.#watch.shiftUs - moment.ptsUs;
      this.#newestOffsetUs = state.offsetUs;
      return this.#accept(state, moment, nowUs);
    }
    return this.#placeByArrival(state, moment, nowUs);
  }

  /** How long after its time media is worth waiting for. */
  get lateUs(): number {
    return this.#watch.lateUs;
  }

  /** Before anything was shown: moves the timeline to where what came until now is just in time. */
  settle(nowUs: number): void {
    const movedUs = this.#watch.settle(nowUs);
    for (const state of this.#tracks.values()) state.lastTimeUs += movedUs;
  }

  /** Where a timestamp of a track belongs by the mapping as it is now; `undefined` where it has none. */
  timeOf(track: Track, ptsUs: number): number | undefined {
    const state = this.#tracks.get(track);
    return state === undefined ? undefined : ptsUs + state.offsetUs + this.#watch.shiftUs;
  }

  #begin({ track, ptsUs }: SourceMoment, nowUs: number): TrackState {
    const anchoredUs = nowUs - ptsUs - this.#watch.shiftUs;
    const sharedUs = this.#newestOffsetUs;
    const isShared = sharedUs !== undefined && Math.abs(anchoredUs - sharedUs) <= NEAR_AT_START_US;
    const offsetUs = isShared ? sharedUs : anchoredUs;
    this.#newestOffsetUs ??= offsetUs;
    const lastTimeUs = ptsUs + offsetUs + this.#watch.shiftUs;
    const last = { lastPtsUs: ptsUs, lastTimeUs, lastNowUs: nowUs, stuckCount: -1 };
    const state = { offsetUs, ...last, suspectCount: 0, suspectPtsUs: 0, suspectNowUs: 0 };
    this.#tracks.set(track, state);
    return state;
  }

  #accept(state: TrackState, { track, ptsUs }: SourceMoment, nowUs: number): Placement {
    const unsharedUs = this.#watch.sample(track, nowUs - ptsUs - state.offsetUs, nowUs);
    if (unsharedUs > 0) {
      state.offsetUs += unsharedUs;
      this.#hasJumped = true;
    }
    state.suspectCount = 0;
    state.lastPtsUs = ptsUs;
    state.lastNowUs = nowUs;
    state.lastTimeUs = ptsUs + state.offsetUs + this.#watch.shiftUs;
    return { timeUs: state.lastTimeUs, isWild: false };
  }

  /** Without its timestamp: after the last one, and not before what could have been waited for. */
  #placeByArrival(state: TrackState, moment: SourceMoment, nowUs: number): Placement {
    state.lastTimeUs = this.#nextTimeUs(state, moment, nowUs);
    state.lastNowUs = nowUs;
    return { timeUs: state.lastTimeUs, isWild: true };
  }

  #nextTimeUs(state: TrackState, { durationUs }: SourceMoment, nowUs: number): number {
    const { lateUs } = this;
    return Math.min(Math.max(state.lastTimeUs + durationUs, nowUs - lateUs), nowUs + lateUs);
  }

  #isStuck(state: TrackState, { ptsUs }: SourceMoment): boolean {
    state.stuckCount = ptsUs === state.lastPtsUs ? state.stuckCount + 1 : 0;
    return state.stuckCount >= STUCK_FRAMES;
  }

  /** The mapping under which this timestamp makes sense: the track's own, a wrapped one, or the other track's. */
  #fittingOffsetUs(state: TrackState, moment: SourceMoment, nowUs: number): number | undefined {
    if (this.#fits(state, moment, 0, nowUs)) return state.offsetUs;
    for (const periodUs of WRAP_PERIODS_US) {
      for (const wrapUs of [periodUs, -periodUs]) {
        if (!this.#fits(state, moment, wrapUs, nowUs)) continue;
        this.#newestOffsetUs = state.offsetUs + wrapUs;
        return this.#newestOffsetUs;
      }
    }
    const otherUs = this.#newestOffsetUs;
    if (otherUs === undefined || otherUs === state.offsetUs) return undefined;
    return Math.abs(nowUs - moment.ptsUs - otherUs - this.#watch.shiftUs) <= NEAR_US ? otherUs : undefined;
  }

  #fits(state: TrackState, { track, ptsUs, durationUs }: SourceMoment, wrapUs: number, nowUs: number): boolean {
    const stepUs = ptsUs + wrapUs - state.lastPtsUs;
    if (stepUs < -BACK_US_MAX) return false;
    if (stepUs <= Math.max(FORWARD_US_MAX, FORWARD_FRAMES_MAX * durationUs)) return true;
    const delayUs = nowUs - ptsUs - wrapUs - state.offsetUs;
    return delayUs >= this.#watch.earliestUs(track) - EARLIER_US_MAX;
  }

  #isJump(state: TrackState, { ptsUs, durationUs }: SourceMoment, nowUs: number): boolean {
    const stepUs = ptsUs - state.suspectPtsUs;
    const elapsedUs = nowUs - state.suspectNowUs;
    const goesOn =
      state.suspectCount > 0 &&
      ((stepUs > 0 && stepUs <= Math.max(FORWARD_US_MAX, FORWARD_FRAMES_MAX * durationUs)) ||
        Math.abs(stepUs - elapsedUs) <= EARLIER_US_MAX);
    state.suspectCount = goesOn ? state.suspectCount + 1 : 1;
    state.suspectPtsUs = ptsUs;
    state.suspectNowUs = nowUs;
    return state.suspectCount >= JUMP_FRAMES;
  }
}
