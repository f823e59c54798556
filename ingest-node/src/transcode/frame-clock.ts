import type { FrameRate } from '@sluice/contracts';

/** What a slot shows. */
export type SlotPicture = 'fresh' | 'repeat' | 'slate';

/** What the driver must do, in order. */
export type FrameClockEffect<FRAME> =
  /** Show this slot: with the frame, which is the current picture from now on; with the current one; with the slate. */
  | { readonly kind: 'slot'; readonly slot: number; readonly picture: 'fresh'; readonly frame: FRAME }
  | { readonly kind: 'slot'; readonly slot: number; readonly picture: 'repeat' | 'slate' }
  /** This frame will not be shown. */
  | { readonly kind: 'drop'; readonly frame: FRAME };

export interface FrameClockOptions {
  readonly frameRate: FrameRate;
  /** When slot 0 is. */
  readonly startUs: number;
  /** The slot that goes out first. Where it is not 0 the broadcast goes on, and viewers have seen a picture already. */
  readonly firstSlot: number;
  /** A slot whose frame is not there this long after its time shows the last picture again; see `waitFor`. */
  readonly lateUs: number;
  /** Without a frame for so long, the slate is shown. */
  readonly slateAfterUs: number;
}

/**
 * How far from a slot's time, in slots, a frame may be to take the slot after its predecessor's. Above one half, so
 * that timestamps which jitter around the middle between two slots do not fall now into one, now into the other.
 */
const REACH_SLOTS = 0.75;
/** Slots are never filled further ahead of their time than this, whatever timestamps say. */
const AHEAD_US_MAX = 3_000_000;

/**
 * Places frames into the slots of an exact grid: slot n is at start + n frame durations, each is shown once, in order,
 * and none is left out. A slot goes out as soon as a frame for it or a later one is there, or when it is too late.
 */
export class FrameClock<FRAME> {
  readonly #options: FrameClockOptions;
  readonly #effects: FrameClockEffect<FRAME>[] = [];
  #lateUs: number;
  #next: number;
  /** A frame whose slot went out without it. It is shown in the next slot, unless a newer one is there. */
  #late: { readonly frame: FRAME } | undefined;
  /** The slot of the last frame that was shown; before any, the slate is. */
  #lastFresh = Number.NEGATIVE_INFINITY;

  constructor(options: FrameClockOptions) {
    this.#options = options;
    this.#lateUs = options.lateUs;
    this.#next = options.firstSlot;
  }

  /** The slot that goes out next. */
  get nextSlot(): number {
    return this.#next;
  }

  /** When advance() has something to do even if nothing comes. */
  get deadlineUs(): number {
    return this.slotTimeUs(this.#next) + this.#lateUs;
  }

  /** Waits for frames so long from now on, instead of the `lateUs` of before. */
  waitFor(lateUs: number): void {
    this.#lateUs = lateUs;
  }

  slotTimeUs(slot: number): number {
    const { num, den } = this.#options.frameRate;
    return this.#options.startUs + (slot * den * 1e6) / num;
  }

  poll(): FrameClockEffect<FRAME> | undefined {
    return this.#effects.shift();
  }

  /** A frame whose time is `timeUs`. */
  offer(frame: FRAME, timeUs: number, nowUs: number): void {
    const isSequel = this.#options.firstSlot > 0 && this.#next === this.#options.firstSlot;
    if (!isSequel) this.advance(nowUs);
    const slot = Math.min(this.#slotOf(timeUs), this.#slotAt(nowUs + AHEAD_US_MAX));
    if (slot < this.#next) {
      this.#replaceLate(frame);
      return;
    }
    // Of a broadcast that goes on, the first picture stands for what was missed: better than a flash of the slate.
    while (!isSequel && this.#next < slot) this.#fill();
    if (this.#late !== undefined) this.#effects.push({ kind: 'drop', frame: this.#late.frame });
    this.#late = undefined;
    this.#show(frame);
    // It stands for all slots up to its own: they are in the past, and no slate has to be shown for a source that is here.
    if (isSequel) this.#lastFresh = Math.max(this.#lastFresh, slot);
  }

  /** Fills every slot that can wait no longer. */
  advance(nowUs: number): void {
    while (this.deadlineUs <= nowUs) this.#fill();
  }

  /**
   * Fills up to the next multiple of `framesPerSegment` at once, with what is shown now: nobody is to see a slate because
   * the end came. Nothing where the last segment is whole.
   */
  finish(framesPerSegment: number): void {
    const picture = this.#unchanged();
    while (this.#next % framesPerSegment !== 0) this.#fill(picture);
    if (this.#late !== undefined) this.#effects.push({ kind: 'drop', frame: this.#late.frame });
    this.#late = undefined;
  }

  #slotOf(timeUs: number): number {
    const { num, den } = this.#options.frameRate;
    const position = ((timeUs - this.#options.startUs) * num) / (den * 1e6);
    return Math.abs(position - this.#next) <= REACH_SLOTS ? this.#next : Math.round(position);
  }

  #slotAt(timeUs: number): number {
    const { num, den } = this.#options.frameRate;
    return Math.floor(((timeUs - this.#options.startUs) * num) / (den * 1e6));
  }

  #fill(picture = this.#unchanged()): void {
    if (this.#late !== undefined) {
      const { frame } = this.#late;
      this.#late = undefined;
      this.#show(frame);
      return;
    }
    this.#effects.push({ kind: 'slot', slot: this.#next, picture });
    this.#next += 1;
  }

  /** What the next slot shows if nothing new comes. */
  #unchanged(): 'repeat' | 'slate' {
    const blindUs = this.slotTimeUs(this.#next) - this.slotTimeUs(this.#lastFresh);
    return blindUs >= this.#options.slateAfterUs ? 'slate' : 'repeat';
  }

  #show(frame: FRAME): void {
    this.#effects.push({ kind: 'slot', slot: this.#next, picture: 'fresh', frame });
    this.#lastFresh = this.#next;
    this.#next += 1;
  }

  #replaceLate(frame: FRAME): void {
    if (this.#late !== undefined) this.#effects.push({ kind: 'drop', frame: this.#late.frame });
    this.#late = { frame };
  }
}
