import type { Frame } from 'node-av/lib';
import type { EncodedFrame } from '../../media/encoded.ts';
import { BT709 } from '../colour-tags.ts';
import { LadderPicture, type PictureLadder, Scaler } from './picture.ts';
import { VideoEncoder, type VideoEncoderSpec } from './video-encoder.ts';

interface Waiting {
  readonly slot: number;
  readonly picture: LadderPicture;
}

interface LadderRung {
  readonly encoder: VideoEncoder;
  /** The first that it encodes. */
  firstSlot: number;
  /** Slots not yet encoded. Bounded by the LoadGovernor, which gives up before it holds 15 s. */
  readonly waiting: Waiting[];
  isBusy: boolean;
  /** The last slot that went into the encoder, and the last that came out. */
  lastBegunSlot: number;
  lastDoneSlot: number;
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
  #idle = Promise.withResolvers<void>();
  #isDraining = false;

  private constructor(encoders: readonly VideoEncoder[], scaling: PictureLadder, listener: VideoLadderListener) {
    this.#rungs = encoders.map((encoder) => ({
      encoder,
      firstSlot: 0,
      waiting: [],
      isBusy: false,
      lastBegunSlot: -1,
      lastDoneSlot: -1,
    }));
    this.#scaling = scaling;
    this.#listener = listener;
  }

  static async open(specs: readonly VideoEncoderSpec[], listener: VideoLadderListener): Promise<VideoLadder> {
    const encoders = await Promise.all(specs.map((spec) => VideoEncoder.open(spec)));
    const scalers = specs.map(({ rung, colour }) => new Scaler(rung, colour));
    // All rungs show the same picture, and are told the same of it.
    const colour = specs[0]?.colour ?? BT709;
    return new VideoLadder(encoders, { scalers, sizes: specs.map(({ rung }) => rung), colour }, listener);
  }

  /** The first slot of each rung, in the order of the specs; before any slot is shown. 0 unless it is said. */
  beginAt(firstSlots: readonly number[]): void {
    for (const [index, rung] of this.#rungs.entries()) {
      rung.firstSlot = firstSlots[index] ?? 0;
      rung.lastBegunSlot = rung.firstSlot - 1;
      rung.lastDoneSlot = rung.firstSlot - 1;
    }
  }

  /** Each rung's decoder configuration, in the order of the specs. */
  get configurations(): readonly Uint8Array[] {
    return this.#rungs.map((rung) => rung.encoder.configuration);
  }

  /** Slots that wait for, or are in, the slowest encoder. */
  get queueLength(): number {
    return Math.max(...this.#rungs.map((rung) => rung.waiting.length + (rung.isBusy ? 1 : 0)));
  }

  /** The last slot that every rung has encoded. */
  get lastDoneSlot(): number {
    return Math.min(...this.#rungs.map((rung) => rung.lastDoneSlot));
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

  /** Encodes a slot on every rung. The caller keeps its own hold on the picture. */
  show(slot: number, picture: LadderPicture): void {
    for (const [index, rung] of this.#rungs.entries()) {
      if (slot < rung.firstSlot) continue;
      picture.hold();
      rung.waiting.push({ slot, picture });
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
    try {
      for (let next = rung.waiting.shift(); next !== undefined; next = rung.waiting.shift()) {
        rung.lastBegunSlot = next.slot;
        const frame = await next.picture.step(index);
        const encoded = await rung.encoder.encode(frame, next.slot);
        next.picture.release();
        for (const one of encoded) this.#listener.onFrame(one);
        rung.lastDoneSlot = next.slot;
      }
    } catch (error) {
      this.#listener.onFailure(error);
    }
    rung.isBusy = false;
    if (this.#isDraining && this.queueLength === 0) this.#idle.resolve();
  }
}
