import type { MediaGrid } from '@sluice/contracts';
import type { Frame } from 'node-av/lib';
import { FrameClock } from '../frame-clock.ts';
import { framesPerSecond } from '../frame-rate.ts';
import type { PictureSize } from '../ladder.ts';
import { LoadGovernor } from '../load-governor.ts';
import { type LadderPicture, slateFrame } from './picture.ts';
import type { ThumbnailMaker } from './thumbnail-maker.ts';
import type { VideoLadder } from './video-ladder.ts';

/** Half of where the LoadGovernor begins to leave pictures out: thumbnails go first. */
const THUMBNAIL_BEHIND_MS_MAX = 200;

export interface PictureLaneOptions {
  readonly grid: MediaGrid;
  readonly ladder: VideoLadder;
  readonly thumbnails: Pick<ThumbnailMaker, 'shown'>;
  /** The ladder's top size. */
  readonly size: PictureSize;
  readonly startUs: number;
  readonly firstSlot: number;
  readonly lateUs: number;
  readonly slateAfterUs: number;
}

export interface PictureCounts {
  slotCount: number;
  freshCount: number;
  repeatCount: number;
  slateCount: number;
  droppedFrameCount: number;
}

/** The way of pictures in a running broadcast: frame clock, current picture, encoders. */
export class PictureLane {
  readonly #options: PictureLaneOptions;
  readonly #clock: FrameClock<Frame>;
  readonly #governor = new LoadGovernor();
  readonly #slate: LadderPicture;
  readonly counts: PictureCounts = {
    slotCount: 0,
    freshCount: 0,
    repeatCount: 0,
    slateCount: 0,
    droppedFrameCount: 0,
  };
  /** What a repeat repeats. */
  #current: LadderPicture | undefined;
  #hasGivenUp = false;

  constructor(options: PictureLaneOptions) {
    this.#options = options;
    const { grid, startUs, firstSlot, lateUs, slateAfterUs, ladder, size } = options;
    this.#clock = new FrameClock({ frameRate: grid.frameRate, startUs, firstSlot, lateUs, slateAfterUs });
    this.#slate = ladder.picture(slateFrame(size));
  }

  get nextSlot(): number {
    return this.#clock.nextSlot;
  }

  get deadlineUs(): number {
    return this.#clock.deadlineUs;
  }

  get isOverloaded(): boolean {
    return this.#governor.isOverloaded;
  }

  /** Encoding fell so far behind that it makes no sense to go on. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  /** How far the last slot that all encoders have done lies behind the clock. */
  lagMs(nowUs: number): number {
    return Math.max(0, (nowUs - this.#clock.slotTimeUs(this.#options.ladder.lastDoneSlot + 1)) / 1_000);
  }

  /** See FrameClock.waitFor. */
  waitFor(lateUs: number): void {
    this.#clock.waitFor(lateUs);
  }

  /** Takes the frame over. */
  offer(frame: Frame, timeUs: number, nowUs: number): void {
    this.#clock.offer(frame, timeUs, nowUs);
    this.#drain();
  }

  advance(nowUs: number): void {
    this.#clock.advance(nowUs);
    this.#drain();
  }

  /** Slots of the segments that encoding has begun: so far the broadcast will go at least. */
  get begunSlots(): number {
    const { framesPerSegment } = this.#options.grid;
    return Math.ceil((this.#options.ladder.lastBegunSlot + 1) / framesPerSegment) * framesPerSegment;
  }

  /**
   * Completes the segment at once, and lets go of every picture. Where encoding is far behind, that is the segment it is
   * in: what waits beyond would keep everybody waiting. The answer is how many slots the broadcast has.
   */
  finish(): number {
    const isCut = this.#governor.isEndCut(this.#behindMs);
    this.#clock.finish(this.#options.grid.framesPerSegment);
    this.#drain();
    const slots = isCut ? this.begunSlots : this.nextSlot;
    if (isCut) this.#options.ladder.dropFrom(slots);
    this.#current?.release();
    this.#slate.release();
    return slots;
  }

  #drain(): void {
    for (let effect = this.#clock.poll(); effect !== undefined; effect = this.#clock.poll()) {
      if (effect.kind === 'drop') {
        this.counts.droppedFrameCount += 1;
        effect.frame.free();
        continue;
      }
      this.counts.slotCount += 1;
      if (this.#governor.isHopeless(this.#behindMs)) this.#hasGivenUp = true;
      if (effect.picture === 'fresh') this.#showFresh(effect.slot, effect.frame);
      else if (effect.picture === 'repeat') this.#showRepeat(effect.slot);
      else this.#showSlate(effect.slot);
    }
  }

  /** What waits in front of the slowest encoder. */
  get #behindMs(): number {
    return (this.#options.ladder.queueLength * 1_000) / framesPerSecond(this.#options.grid.frameRate);
  }

  #showFresh(slot: number, frame: Frame): void {
    const { ladder } = this.#options;
    if (this.#governor.decide(slot, this.#behindMs) === 'repeat' && this.#current !== undefined) {
      this.counts.droppedFrameCount += 1;
      frame.free();
      this.#showRepeat(slot);
      return;
    }
    this.counts.freshCount += 1;
    this.#current?.release();
    this.#current = ladder.picture(frame);
    this.#show(slot, this.#current);
  }

  #showRepeat(slot: number): void {
    this.counts.repeatCount += 1;
    this.#show(slot, this.#current ?? this.#slate);
  }

  #showSlate(slot: number): void {
    this.counts.slateCount += 1;
    this.#show(slot, this.#slate);
  }

  #show(slot: number, picture: LadderPicture): void {
    const { ladder, thumbnails } = this.#options;
    ladder.show(slot, picture);
    const isBehind = this.#governor.isOverloaded || this.#behindMs > THUMBNAIL_BEHIND_MS_MAX;
    thumbnails.shown(slot, picture, isBehind);
  }
}
