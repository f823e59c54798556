import {
  AAC_FRAME_SAMPLES,
  framesBeforePart,
  type MediaGrid,
  partNumber,
  partPlace,
  type Rendition,
} from '@sluice/contracts';
import type { EncodedFrame } from '../media/encoded.ts';
import { PackageError } from './package-error.ts';
import { RestTimes } from './rest-times.ts';

/** The frames of one part, and its place. */
export interface FramesOfPart {
  readonly msn: number;
  readonly partIndex: number;
  /** Counts a rendition's parts from 1. */
  readonly sequenceNumber: number;
  readonly isLastOfSegment: boolean;
  readonly frames: readonly EncodedFrame[];
}

/** Cuts one rendition's frames into parts where the grid says. Holds the frames of one part and no more. */
export class RenditionCutter {
  readonly #rendition: Rendition;
  readonly #grid: MediaGrid;
  readonly #frameDurationTicks: number;
  #frames: EncodedFrame[] = [];
  /** The number of the frame that is due, counted from the broadcast's start. */
  #frameCount: number;
  /** The number of the part that is being filled, counted from the broadcast's start. */
  #partCount: number;
  readonly #rests = new RestTimes();

  /** Frames come from part number `firstPart` on. */
  constructor(rendition: Rendition, grid: MediaGrid, firstPart: number) {
    this.#rendition = rendition;
    this.#grid = grid;
    this.#partCount = firstPart;
    this.#frameCount = framesBeforePart(rendition, grid, firstPart);
    this.#frameDurationTicks = rendition.kind === 'video' ? grid.frameDurationTicks : AAC_FRAME_SAMPLES;
  }

  /**
   * From segment `fromMsn` on, none of which was taken yet, it rests or goes on. Frames of segments in which it rests are
   * left out: the next one is the first of the segment in which it goes on.
   */
  rest(rests: boolean, fromMsn: number): void {
    const firstPart = partNumber(this.#grid, { msn: fromMsn, partIndex: 0 });
    if (firstPart < this.#partCount || (firstPart === this.#partCount && this.#frames.length > 0)) {
      throw new PackageError('rest-out-of-order', `segment ${fromMsn} of ${this.#rendition.id} has begun`);
    }
    this.#rests.set(rests, fromMsn);
  }

  /** Takes the next frame; the part that is whole with it, if one is. Throws PackageError for any but the next. */
  push(frame: EncodedFrame): FramesOfPart | undefined {
    if (this.#isSegmentStart) this.#passRest();
    this.#assertNext(frame);
    this.#frames.push(frame);
    this.#frameCount += 1;
    const isWhole = this.#frameCount === framesBeforePart(this.#rendition, this.#grid, this.#partCount + 1);
    return isWhole ? this.#cut(false) : undefined;
  }

  /** No frame follows: what is left becomes a last, shorter part, which ends its segment. */
  end(): FramesOfPart | undefined {
    return this.#frames.length === 0 ? undefined : this.#cut(true);
  }

  #cut(isEnd: boolean): FramesOfPart {
    const place = partPlace(this.#grid, this.#partCount);
    const part = {
      ...place,
      sequenceNumber: this.#partCount + 1,
      isLastOfSegment: isEnd || place.isLastOfSegment,
      frames: this.#frames,
    };
    this.#frames = [];
    this.#partCount += 1;
    return part;
  }

  get #isSegmentStart(): boolean {
    return this.#frames.length === 0 && this.#partCount % this.#grid.partsPerSegment === 0;
  }

  /** A frame comes: it is that of the segment in which the rendition goes on. */
  #passRest(): void {
    const { msn } = partPlace(this.#grid, this.#partCount);
    const made = this.#rests.nextMade(msn);
    if (made === undefined) throw new PackageError('off-the-grid', `${this.#rendition.id} rests in segment ${msn}`);
    if (made === msn) return;
    this.#partCount = partNumber(this.#grid, { msn: made, partIndex: 0 });
    this.#frameCount = framesBeforePart(this.#rendition, this.#grid, this.#partCount);
  }

  #assertNext({ ptsTicks, durationTicks, isKeyframe }: EncodedFrame): void {
    const expectedTicks = this.#frameCount * this.#frameDurationTicks;
    if (ptsTicks !== expectedTicks || durationTicks !== this.#frameDurationTicks) {
      const detail = `${this.#rendition.id} frame at ${ptsTicks} for ${durationTicks}, ${expectedTicks} was due`;
      throw new PackageError('off-the-grid', detail);
    }
    // ISO/IEC 23000-19 §7.3.2.4: a segment begins with what can be decoded by itself.
    if (this.#isSegmentStart && !isKeyframe) {
      throw new PackageError('keyframe-missing', `${this.#rendition.id} at ${ptsTicks}`);
    }
  }
}
