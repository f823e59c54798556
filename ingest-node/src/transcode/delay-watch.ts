/** The two kinds of media that share one timeline. */
export type Track = 'video' | 'audio';

export interface DelayLimits {
  /** How late a frame may be against its time before its slot is filled without it. */
  readonly lateUs: number;
}

/** Frames this much before their time are taken as they come; more, and the timeline moves to meet them. */
const EARLY_US_MAX = 150_000;
/** What a jittery connection may add to the timeline, so that its late frames are in time. */
const ALLOWANCE_US_MAX = 500_000;
/** How far one track may be ahead of the other by its timestamps; more is nonsense, and each goes by its arrival. */
const SKEW_US_MAX = 600_000;
/** Lateness for so long, without one frame in time, is a longer way and not a stall that will be caught up. */
const PATIENCE_US = 1_000_000;
/** Just after a publisher joined nobody has seen anything to be disturbed. */
const PATIENCE_AT_START_US = 200_000;
const START_US = 2_000_000;
const LATE_FRAMES_MIN = 5;
/** The steady correction: 0.2 % is ten times any encoder's clock error, and inaudible as a change of pitch. */
const SLEW_US_PER_SECOND = 2_000;
/**
 * Media this much before its time is left where it is: it goes out when it comes, and has that much more time to be
 * late. To move it would cost a picture for each frame's duration.
 */
const EARLY_IGNORED_US = 100_000;
/**
 * Media that may be skipped because it comes faster than real time: a relay that begins with its last GOP, a stall
 * caught up. Beyond it a source is a file sent without a clock, and is held back instead of skipped through.
 */
const SKIP_BUDGET_US = 12_000_000;
const SKIP_REGAINED_US_PER_SECOND = 20_000;
/** Seconds whose shortest delay counts; drift shows as a change of it. */
const WINDOW_SECONDS = 10;
/** Of this many last seconds, in how many must frames have come too late for the connection to be called jittery. */
const JITTER_SECONDS = 5;
const JITTER_SECONDS_LATE = 4;
const SECOND_US = 1_000_000;

interface Span {
  minUs: number;
  maxUs: number;
}

/** What is known of one track's delays: arrival against timestamp, apart from the timeline's shift. */
interface TrackDelay {
  lastUs: number;
  lastAtUs: number;
  open: Span | undefined;
  /** The last WINDOW_SECONDS whole seconds that had frames, newest last. */
  readonly seconds: Span[];
  lateSinceUs: number | undefined;
  lateCount: number;
  lateMinUs: number;
}

/** What moved: told so that the streamer can be. */
export type DelayNotice = 'shifted-later' | 'skipped-ahead' | 'jittery' | 'too-fast';

/**
 * How far the timeline is shifted against the publisher's timestamps, so that media is in time as early as it can be:
 * a filter of least delay for both tracks together, so that sound and picture keep their distance.
 */
export class DelayWatch {
  readonly #lateUs: number;
  readonly #tracks = new Map<Track, TrackDelay>();
  readonly #notices: DelayNotice[] = [];
  #shiftUs = 0;
  #allowanceUs = 0;
  #skipBudgetUs = SKIP_BUDGET_US;
  #startedUs: number | undefined;
  #tickedUs: number | undefined;

  constructor(limits: DelayLimits) {
    this.#lateUs = limits.lateUs;
  }

  /** To be added to a moment's time on the timeline. */
  get shiftUs(): number {
    return this.#shiftUs;
  }

  /** The least delay of a track in the last seconds; the shift while it has none. */
  earliestUs(track: Track): number {
    const state = this.#tracks.get(track);
    return state === undefined ? this.#shiftUs : windowMinUs(state);
  }

  /** The next thing worth telling. */
  poll(): DelayNotice | undefined {
    return this.#notices.shift();
  }

  /**
   * A frame came `delayUs` after its timestamp. The answer is how much of the track's lateness the shared shift cannot
   * take up, since the other track would be too early: to be taken from the track's own mapping.
   */
  sample(track: Track, delayUs: number, nowUs: number): number {
    this.#startedUs ??= nowUs;
    this.#tickedUs ??= nowUs;
    const state = this.#remember(track, delayUs, nowUs);
    if (nowUs - this.#tickedUs >= SECOND_US) this.#tick(nowUs);
    this.#meetEarly(nowUs);
    return this.#meetLate(state, nowUs);
  }

  /**
   * Nothing was shown yet, so the timeline may move as it likes: to where the track that is later is just in time. The
   * answer is how far it moved.
   */
  settle(nowUs: number): number {
    const active = this.#active(nowUs);
    if (active.length === 0) return 0;
    const movedUs = Math.max(...active.map(windowMinUs)) - this.#shiftUs;
    this.#shiftUs += movedUs;
    for (const state of active) state.lateSinceUs = undefined;
    return movedUs;
  }

  #remember(track: Track, delayUs: number, nowUs: number): TrackDelay {
    let state = this.#tracks.get(track);
    if (state === undefined) {
      const nothing = { open: undefined, seconds: [], lateSinceUs: undefined, lateCount: 0, lateMinUs: 0 };
      state = { lastUs: delayUs, lastAtUs: nowUs, ...nothing };
      this.#tracks.set(track, state);
    }
    state.lastUs = delayUs;
    state.lastAtUs = nowUs;
    state.open ??= { minUs: delayUs, maxUs: delayUs };
    state.open.minUs = Math.min(state.open.minUs, delayUs);
    state.open.maxUs = Math.max(state.open.maxUs, delayUs);
    return state;
  }

  /** Media that is too early on every track: the timeline moves to it at once, as far as the budget goes. */
  #meetEarly(nowUs: number): void {
    const latestUs = Math.max(...this.#active(nowUs).map((state) => state.lastUs));
    const earlyUs = this.#shiftUs - latestUs;
    if (earlyUs <= EARLY_US_MAX + this.#allowanceUs) return;
    const skippedUs = Math.min(earlyUs - this.#allowanceUs, this.#skipBudgetUs);
    if (skippedUs < EARLY_US_MAX) {
      this.#tell('too-fast');
      return;
    }
    this.#skipBudgetUs -= skippedUs;
    this.#shiftUs -= skippedUs;
    this.#tell('skipped-ahead');
  }

  #meetLate(state: TrackDelay, nowUs: number): number {
    const lateUs = state.lastUs - this.#shiftUs;
    if (lateUs <= this.#lateUs) {
      state.lateSinceUs = undefined;
      return 0;
    }
    if (state.lateSinceUs === undefined) {
      state.lateSinceUs = nowUs;
      state.lateCount = 0;
      state.lateMinUs = state.lastUs;
    }
    state.lateCount += 1;
    state.lateMinUs = Math.min(state.lateMinUs, state.lastUs);
    const isStart = nowUs - (this.#startedUs ?? nowUs) < START_US;
    const patienceUs = isStart ? PATIENCE_AT_START_US : PATIENCE_US;
    if (state.lateCount < LATE_FRAMES_MIN || nowUs - state.lateSinceUs < patienceUs) return 0;
    state.lateSinceUs = undefined;
    return this.#shiftLater(state, state.lateMinUs - this.#shiftUs, nowUs);
  }

  #shiftLater(late: TrackDelay, wantedUs: number, nowUs: number): number {
    const others = this.#active(nowUs).filter((state) => state !== late);
    const roomUs = Math.min(...others.map((state) => SKEW_US_MAX - (this.#shiftUs - state.lastUs)));
    const shiftUs = Math.max(0, Math.min(wantedUs, roomUs));
    this.#shiftUs += shiftUs;
    this.#tell('shifted-later');
    const restUs = wantedUs - shiftUs;
    // What is left is taken out of the track's own mapping, so what was measured by it is no longer true.
    if (restUs > 0) for (const [track, state] of this.#tracks) if (state === late) this.#tracks.delete(track);
    return restUs;
  }

  #tick(nowUs: number): void {
    const isRegular = nowUs - (this.#tickedUs ?? nowUs) < 2 * SECOND_US;
    this.#tickedUs = nowUs;
    for (const state of this.#tracks.values()) {
      if (state.open === undefined) continue;
      state.seconds.push(state.open);
      if (state.seconds.length > WINDOW_SECONDS) state.seconds.shift();
      state.open = undefined;
    }
    const active = this.#active(nowUs);
    if (!isRegular || active.length === 0) return;
    if (active.some((state) => this.#isJittery(state))) return;
    const offUs = Math.max(...active.map(windowMinUs)) - this.#shiftUs;
    const latestUs = Math.max(...active.map(windowMaxUs)) - this.#shiftUs;
    if (offUs > 0) this.#shiftUs += Math.min(offUs, SLEW_US_PER_SECOND);
    // Only where there is room: a timeline that was moved for late frames stays while they come late.
    else if (latestUs < this.#lateUs / 2 && -offUs > EARLY_IGNORED_US) {
      this.#shiftUs -= Math.min(-offUs, SLEW_US_PER_SECOND);
      this.#allowanceUs = Math.max(0, this.#allowanceUs - SLEW_US_PER_SECOND);
    }
    if (-offUs < EARLY_US_MAX) {
      this.#skipBudgetUs = Math.min(SKIP_BUDGET_US, this.#skipBudgetUs + SKIP_REGAINED_US_PER_SECOND);
    }
  }

  /** Frames too late in nearly every second, though others are in time: the timeline makes room for them. */
  #isJittery(state: TrackDelay): boolean {
    const recent = state.seconds.slice(-JITTER_SECONDS);
    const excessUs = recent.map((span) => span.maxUs - this.#shiftUs - this.#lateUs).filter((excess) => excess > 0);
    if (recent.length < JITTER_SECONDS || excessUs.length < JITTER_SECONDS_LATE) return false;
    const typicalUs = excessUs.sort((a, b) => a - b)[Math.floor(excessUs.length / 2)] ?? 0;
    const addedUs = Math.min(typicalUs + 20_000, ALLOWANCE_US_MAX - this.#allowanceUs);
    if (addedUs <= 0) return false;
    this.#shiftUs += addedUs;
    this.#allowanceUs += addedUs;
    this.#tell('jittery');
    return true;
  }

  /** Tracks that had a frame within the last second. */
  #active(nowUs: number): TrackDelay[] {
    return [...this.#tracks.values()].filter((state) => nowUs - state.lastAtUs < SECOND_US);
  }

  #tell(notice: DelayNotice): void {
    // At most one of each kind waits to be told.
    if (!this.#notices.includes(notice)) this.#notices.push(notice);
  }
}

function windowMinUs(state: TrackDelay): number {
  const spans = state.open === undefined ? state.seconds : [...state.seconds, state.open];
  return Math.min(...spans.map((span) => span.minUs));
}

function windowMaxUs(state: TrackDelay): number {
  const spans = state.open === undefined ? state.seconds : [...state.seconds, state.open];
  return Math.max(...spans.map((span) => span.maxUs));
}
