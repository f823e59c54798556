/** The two kinds of media that share one timeline. */
export type Track = 'video' | 'audio';

export interface DelayLimits {
  /** How late a frame may be against its time before its slot is filled without it, while nothing asks for more. */
  readonly lateUs: number;
}

/** Frames this much before their time are taken as they come; more, and the timeline moves to meet them. */
const EARLY_US_MAX = 150_000;
/** What a jittery connection may add to the wait, so that its late frames are in time. */
const ALLOWANCE_US_MAX = 500_000;
/** A wait that is longer than it need be costs only while nothing comes at all. */
const ALLOWANCE_LOST_US_PER_SECOND = 20_000;
/** How far one track may be ahead of the other by its timestamps; more is nonsense, and each goes by its arrival. */
const SKEW_US_MAX = 600_000;
/** How much longer the way may become, and the dates still be right. */
const LONGER_US_MAX = 500_000;
/** And how much of that at once: viewers get nothing for as long, and have it in their buffers. */
const LONGER_AT_ONCE_US_MAX = 250_000;
/** Lateness for so long, without one frame in time, is a longer way and not a stall that will be caught up. */
const PATIENCE_US = 1_000_000;
/** Just after a publisher joined nobody has seen anything to be disturbed. */
const PATIENCE_AT_START_US = 200_000;
const START_US = 2_000_000;
const LATE_FRAMES_MIN = 5;
/** The steady correction: 0.2 % is ten times any encoder's clock error, and inaudible as a change of pitch. */
const SLEW_US_PER_SECOND = 2_000;
/** Dates that are so much too late are right enough: to meet the media costs a picture for each one's duration. */
const EARLY_IGNORED_US = 50_000;
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
 * How far the timeline is shifted against the publisher's timestamps, and how long media is waited for. The timeline
 * gives viewers their dates, so it goes by the least delay of the track that comes first: nothing that is known here was
 * drawn later than that. What comes later than its time, and always will, is waited for: sound behind its picture, what
 * a jittery connection holds up, a way that has become longer.
 */
export class DelayWatch {
  readonly #lateUs: number;
  readonly #tracks = new Map<Track, TrackDelay>();
  readonly #notices: DelayNotice[] = [];
  #shiftUs = 0;
  #allowanceUs = 0;
  /** By how much the way of all media has become longer since its dates were found, and is waited for. */
  #longerUs = 0;
  /** And by how much for the same reason the timeline was moved at once, and is still to be moved back. */
  #owedUs = 0;
  #skipBudgetUs = SKIP_BUDGET_US;
  #startedUs: number | undefined;
  #sampledUs = 0;
  #tickedUs: number | undefined;

  constructor(limits: DelayLimits) {
    this.#lateUs = limits.lateUs;
  }

  /** To be added to a moment's time on the timeline. */
  get shiftUs(): number {
    return this.#shiftUs;
  }

  /** How long after its time media is worth waiting for: this much of it always comes later than the first track. */
  get lateUs(): number {
    const latestUs = Math.max(this.#shiftUs, ...this.#active(this.#sampledUs).map(windowMinUs));
    return this.#lateUs + this.#allowanceUs + Math.min(SKEW_US_MAX + this.#longerUs, latestUs - this.#shiftUs);
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
    this.#sampledUs = nowUs;
    const state = this.#remember(track, delayUs, nowUs);
    if (nowUs - this.#tickedUs >= SECOND_US) this.#tick(nowUs);
    this.#meetEarly(nowUs);
    return this.#meetLate(state, nowUs);
  }

  /**
   * Nothing was shown yet, so the timeline may move as it likes: to where the track that comes first is just in time.
   * The answer is how far it moved.
   */
  settle(nowUs: number): number {
    const active = this.#active(nowUs);
    if (active.length === 0) return 0;
    const movedUs = Math.min(...active.map(windowMinUs)) - this.#shiftUs;
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
    const earlyUs = this.#shiftUs - Math.max(...this.#active(nowUs).map((state) => state.lastUs));
    if (earlyUs <= EARLY_US_MAX) return;
    const skippedUs = Math.min(earlyUs, this.#skipBudgetUs);
    if (skippedUs < EARLY_US_MAX) {
      this.#tell('too-fast');
      return;
    }
    this.#skipBudgetUs -= skippedUs;
    this.#shiftUs -= skippedUs;
    this.#longerUs = 0;
    this.#owedUs = Math.max(0, this.#owedUs - skippedUs);
    this.#tell('skipped-ahead');
  }

  #meetLate(state: TrackDelay, nowUs: number): number {
    if (state.lastUs - this.#shiftUs <= this.lateUs) {
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
    return this.#takeLater(state, nowUs);
  }

  /**
   * A track's way has become longer. What it alone is later by is waited for from now on, and so is what all media is, as
   * far as viewers do not notice. Beyond that the timeline moves: its pictures are repeated meanwhile.
   */
  #takeLater(late: TrackDelay, nowUs: number): number {
    const others = this.#active(nowUs).filter((state) => state !== late);
    const sharedUs = Math.max(0, Math.min(late.lateMinUs, ...others.map(({ lastUs }) => lastUs)) - this.#shiftUs);
    this.#longerUs = Math.max(this.#longerUs, Math.min(sharedUs, LONGER_AT_ONCE_US_MAX));
    const movedUs = Math.max(0, sharedUs - this.#longerUs);
    this.#shiftUs += movedUs;
    this.#owedUs += movedUs;
    restart(late, late.lateMinUs);
    if (sharedUs > 0) for (const other of others) restart(other, other.lastUs);
    this.#tell('shifted-later');
    const restUs = late.lateMinUs - this.#shiftUs - this.#longerUs - SKEW_US_MAX;
    if (restUs <= 0) return 0;
    // What is left is taken out of the track's own mapping, so what was measured by it is no longer true.
    for (const [track, state] of this.#tracks) if (state === late) this.#tracks.delete(track);
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
    const roomUs = this.#shiftUs + this.lateUs - Math.max(...active.map(windowMaxUs));
    if (roomUs > this.#lateUs / 2) this.#allowanceUs = Math.max(0, this.#allowanceUs - ALLOWANCE_LOST_US_PER_SECOND);
    const offUs = this.#follow(Math.min(...active.map(windowMinUs)));
    if (-offUs < EARLY_US_MAX) {
      this.#skipBudgetUs = Math.min(SKIP_BUDGET_US, this.#skipBudgetUs + SKIP_REGAINED_US_PER_SECOND);
    }
  }

  /** Slowly, with the least delay of all media: clocks drift, and the way grows longer and shorter. */
  #follow(leastUs: number): number {
    const offUs = leastUs - this.#shiftUs - this.#longerUs;
    if (offUs > 0) this.#shiftUs += Math.min(offUs, SLEW_US_PER_SECOND);
    else this.#longerUs = Math.max(0, this.#longerUs + offUs);
    const earlyUs = this.#shiftUs - leastUs;
    if (earlyUs > EARLY_IGNORED_US) {
      const metUs = Math.min(earlyUs, SLEW_US_PER_SECOND);
      this.#shiftUs -= metUs;
      this.#owedUs = Math.max(0, this.#owedUs - metUs);
    } else {
      const givenUs = Math.min(this.#owedUs, SLEW_US_PER_SECOND, LONGER_US_MAX - this.#longerUs);
      this.#shiftUs -= givenUs;
      this.#owedUs -= givenUs;
      this.#longerUs += givenUs;
    }
    return offUs;
  }

  /** Frames too late in nearly every second, though others are in time: they are waited for from now on. */
  #isJittery(state: TrackDelay): boolean {
    const recent = state.seconds.slice(-JITTER_SECONDS);
    const inTimeUs = this.#shiftUs + this.lateUs;
    const excessUs = recent.flatMap(({ minUs, maxUs }) =>
      minUs <= inTimeUs && maxUs > inTimeUs ? [maxUs - inTimeUs] : [],
    );
    if (recent.length < JITTER_SECONDS || excessUs.length < JITTER_SECONDS_LATE) return false;
    const typicalUs = excessUs.sort((a, b) => a - b)[Math.floor(excessUs.length / 2)] ?? 0;
    const addedUs = Math.min(typicalUs + 20_000, ALLOWANCE_US_MAX - this.#allowanceUs);
    if (addedUs <= 0) return false;
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

/** What was measured before was of a shorter way. */
function restart(state: TrackDelay, minUs: number): void {
  state.seconds.length = 0;
  state.open = { minUs, maxUs: state.lastUs };
}

function windowMinUs(state: TrackDelay): number {
  const spans = state.open === undefined ? state.seconds : [...state.seconds, state.open];
  return Math.min(...spans.map((span) => span.minUs));
}

function windowMaxUs(state: TrackDelay): number {
  const spans = state.open === undefined ? state.seconds : [...state.seconds, state.open];
  return Math.max(...spans.map((span) => span.maxUs));
}
