import type { RenditionId } from '@sluice/contracts';
import type { Frame } from 'node-av/lib';
import type { EncodedFrame } from '../../media/encoded.ts';
import { BT709 } from '../colour-tags.ts';
import { framesPerSecond } from '../frame-rate.ts';
import type { EncoderWork } from '../messages.ts';
import { EncoderEffort } from './encoder-effort.ts';
import { LadderRests } from './ladder-rests.ts';
import { LadderPicture, type PictureLadder, Scaler } from './picture.ts';
import { VideoEncoder, type VideoEncoderSpec } from './video-encoder.ts';

interface Waiting {
  readonly slot: number;
  readonly picture: LadderPicture;
  /** For each rung the one whose picture its own is scaled from. */
  readonly scaledFrom: readonly number[];
  /** The rung rested until now. */
  readonly isAfterRest: boolean;
}

interface LadderRung {
  readonly renditionId: RenditionId;
  readonly encoder: VideoEncoder;
  readonly effort: EncoderEffort;
  /** The first that it encodes. */
  firstSlot: number;
  /** Slots not yet encoded. Bounded by the LoadGovernor, which gives up before it holds 15 s. */
  readonly waiting: Waiting[];
  isBusy: boolean;
  /** The last slot that was shown was not for it. */
  isResting: boolean;
  /** The last slot that went into the encoder. It is inside while the rung is busy. */
  lastBegunSlot: number;
}

/** From which segment on exactly which renditions rest. */
export interface Resting {
  readonly renditionIds: readonly RenditionId[];
  readonly fromMsn: number;
}

export interface VideoLadderListener {
  onFrame(frame: EncodedFrame): void;
  /** An encoder or scaler failed: ours, and the end of the child. */
  onFailure(error: unknown): void;
}

/** All rungs of a broadcast. Each works at its own pace on native threads, in order, from one picture a slot. */
export class VideoLadder {
  readonly #rungs: readonly LadderRung[];
  readonly #scaling: PictureLadder;
  readonly #listener: VideoLadderListener;
  readonly #rests: LadderRests;
  #lastShownSlot = -1;
  #idle = Promise.withResolvers<void>();
  #isDraining = false;

  private constructor(
    rungs: readonly Pick<LadderRung, 'renditionId' | 'encoder' | 'effort'>[],
    scaling: PictureLadder,
    { listener, rests }: { readonly listener: VideoLadderListener; readonly rests: LadderRests },
  ) {
    this.#rungs = rungs.map((rung) => ({
      ...rung,
      firstSlot: 0,
      waiting: [],
      isBusy: false,
      isResting: false,
      lastBegunSlot: -1,
    }));
    this.#scaling = scaling;
    this.#listener = listener;
    this.#rests = rests;
  }

  static async open(specs: readonly VideoEncoderSpec[], listener: VideoLadderListener): Promise<VideoLadder> {
    const rungs = await Promise.all(
      specs.map(async (spec) => ({
        renditionId: spec.rung.renditionId,
        encoder: await VideoEncoder.open(spec),
        effort: new EncoderEffort(1_000 / framesPerSecond(spec.grid.frameRate)),
      })),
    );
    const scalers = specs.map(({ rung, colour }) => new Scaler(rung, colour));
    // All rungs show the same picture, and are told the same of it.
    const colour = specs[0]?.colour ?? BT709;
    const scaling = { scalers, sizes: specs.map(({ rung }) => rung), colour };
    const rests = new LadderRests({ rungCount: specs.length, framesPerSegment: specs[0]?.grid.framesPerSegment ?? 1 });
    return new VideoLadder(rungs, scaling, { listener, rests });
  }

  /** The first slot of each rung, in the order of the specs; before any slot is shown. 0 unless it is said. */
  beginAt(firstSlots: readonly number[]): void {
    for (const [index, rung] of this.#rungs.entries()) {
      rung.firstSlot = firstSlots[index] ?? 0;
      rung.lastBegunSlot = rung.firstSlot - 1;
    }
    this.#lastShownSlot = Math.min(...this.#rungs.map(({ firstSlot }) => firstSlot)) - 1;
  }

  /**
   * These are not encoded from the next segment on of which nothing was shown, all others are. Replaces an order whose
   * segment has not begun. Of all pictures the smallest goes on whatever is ordered. The answer is what will be so.
   */
  rest(renditionIds: readonly RenditionId[]): Resting {
    const ids = this.#rungs.map((rung) => rung.renditionId);
    const ordered = ids.flatMap((id, index) => (renditionIds.includes(id) ? [index] : []));
    const resting = ordered.length < ids.length ? ordered : ordered.slice(0, -1);
    // A rung whose turn has not come yet, of a broadcast that goes on, begins first.
    const dueSlot = Math.max(this.#lastShownSlot + 1, ...this.#rungs.map(({ firstSlot }) => firstSlot));
    const fromMsn = this.#rests.order(new Set(resting), dueSlot);
    return { renditionIds: ids.filter((_id, index) => resting.includes(index)), fromMsn };
  }

  /** Each rung's decoder configuration, in the order of the specs. */
  get configurations(): readonly Uint8Array[] {
    return this.#rungs.map((rung) => rung.encoder.configuration);
  }

  /** Slots that wait for, or are in, the slowest encoder. */
  get queueLength(): number {
    return Math.max(...this.#rungs.map((rung) => rung.waiting.length + (rung.isBusy ? 1 : 0)));
  }

  /** What each rung has done, in the order of the specs; by real time, whatever clock the broadcast goes by. */
  get work(): readonly EncoderWork[] {
    return this.#rungs.map(({ effort }) => effort.at(performance.now()));
  }

  /** The last slot that every rung has encoded which had to. One with nothing to do is not behind. */
  get lastDoneSlot(): number {
    return Math.min(...this.#rungs.map((rung) => (rung.isBusy ? rung.lastBegunSlot - 1 : this.#lastShownSlot)));
  }

  /** The last slot that any rung has begun to encode. */
  get lastBegunSlot(): number {
    return Math.max(...this.#rungs.map((rung) => rung.lastBegunSlot));
  }

  /** Lets go of what waits for slots from `slot` on. None of them may have been begun. */
  dropFrom(slot: number): void {
    for (const { waiting } of this.#rungs) {
      const kept = waiting.filter((one) => one.slot < slot);
      for (const one of waiting.splice(kept.length)) one.picture.release();
    }
  }

  /** A picture for this ladder; the frame becomes its own. */
  picture(frame: Frame): LadderPicture {
    return new LadderPicture(frame, this.#scaling);
  }

  /**
   * The picture of the slot that was shown last, at least so wide if there is one: out of what is made for encoders anyway,
   * where that can be. It is the picture's own: not to be freed or changed, and gone when nobody holds the picture.
   */
  scaled(picture: LadderPicture, widthPxMin: number): Promise<Frame> {
    const { sizes } = this.#scaling;
    const smallest = sizes.findLastIndex(
      ({ widthPx }, index) => widthPx >= widthPxMin && !this.#rests.isResting(index),
    );
    return picture.step(Math.max(0, smallest), this.#rests.scaledFrom);
  }

  /** Encodes a slot, each the next one, on every rung that does not rest. The caller keeps its own hold on the picture. */
  show(slot: number, picture: LadderPicture): void {
    this.#rests.begin(slot);
    this.#lastShownSlot = slot;
    const { scaledFrom } = this.#rests;
    for (const [index, rung] of this.#rungs.entries()) {
      if (slot < rung.firstSlot) continue;
      const isAfterRest = rung.isResting;
      rung.isResting = this.#rests.isResting(index);
      if (rung.isResting) continue;
      picture.hold();
      rung.waiting.push({ slot, picture, scaledFrom, isAfterRest });
      if (!rung.isBusy) void this.#work(rung, index);
    }
  }

  /** Waits until everything is encoded and told, then ends the encoders. */
  async finish(): Promise<void> {
    this.#isDraining = true;
    if (this.queueLength > 0) await this.#idle.promise;
    for (const rung of this.#rungs) {
      for (const frame of await rung.encoder.drain()) this.#listener.onFrame(frame);
      rung.encoder.close();
    }
    for (const scaler of this.#scaling.scalers) await scaler.close();
  }

  async #work(rung: LadderRung, index: number): Promise<void> {
    rung.isBusy = true;
    rung.effort.begin(performance.now());
    try {
      for (let next = rung.waiting.shift(); next !== undefined; next = rung.waiting.shift()) {
        rung.lastBegunSlot = next.slot;
        if (next.isAfterRest) rung.encoder.goOnAt(next.slot);
        const frame = await next.picture.step(index, next.scaledFrom);
        const encoded = await rung.encoder.encode(frame, next.slot);
        next.picture.release();
        rung.effort.done();
        for (const one of encoded) this.#listener.onFrame(one);
      }
    } catch (error) {
      this.#listener.onFailure(error);
    }
    rung.isBusy = false;
    rung.effort.end(performance.now());
    if (this.#isDraining && this.queueLength === 0) this.#idle.resolve();
  }
}
