import { type FrameRate, THUMBNAIL_SLOT_MAX, THUMBNAIL_SLOT_MS } from '@sluice/contracts';

export interface ThumbnailSlotsOptions {
  readonly frameRate: FrameRate;
  /** The first frame that will be shown. Of a slot that began before it somebody else may have made the thumbnail. */
  readonly firstFrame: number;
}

/** Which frames of a broadcast are due to become thumbnails: of each slot one, the first that can be taken. Pure. */
export class ThumbnailSlots {
  readonly #frameRate: FrameRate;
  #next: number;

  constructor({ frameRate, firstFrame }: ThumbnailSlotsOptions) {
    this.#frameRate = frameRate;
    this.#next = Math.ceil(this.#position(firstFrame));
  }

  /** The slot of which this frame is to be the thumbnail; `undefined`: there is one already, or somebody else's. */
  due(frame: number): number | undefined {
    const slot = Math.floor(this.#position(frame));
    return slot >= this.#next && slot <= THUMBNAIL_SLOT_MAX ? slot : undefined;
  }

  /** Its frame was taken. */
  taken(slot: number): void {
    this.#next = slot + 1;
  }

  /** In slots since the broadcast's start. One division of whole numbers, so that a slot's first frame is not missed. */
  #position(frame: number): number {
    return (frame * this.#frameRate.den * 1_000) / (this.#frameRate.num * THUMBNAIL_SLOT_MS);
  }
}
