import type { StoryboardSprite, ThumbnailsAnnounced } from '@sluice/contracts';
import type { BroadcastImage } from '../media/broadcast-image.ts';

/**
 * Sprites are told again with whatever follows, so that an edge which lost its newest state in a restart hears of them
 * in time: each for eight minutes.
 */
const SPRITES_TOLD_MAX = 4;

/** Images that are in the bucket, and whether the edge knows. Pure. */
export class ThumbnailNews {
  #newestSlot: number | undefined;
  #sprites: readonly StoryboardSprite[] = [];
  #isUntold = false;

  /** There is something that the edge was not told. */
  get isUntold(): boolean {
    return this.#isUntold;
  }

  stored(image: BroadcastImage): void {
    if (image.kind === 'thumbnail') this.#newestSlot = Math.max(this.#newestSlot ?? 0, image.slot);
    else this.#sprites = [...this.#sprites, image.sprite].slice(-SPRITES_TOLD_MAX);
    this.#isUntold = true;
  }

  /** What the edge is to be told; it counts as told. `undefined`: nothing is new. */
  take(): ThumbnailsAnnounced | undefined {
    if (!this.#isUntold) return undefined;
    this.#isUntold = false;
    return { sprites: this.#sprites, ...(this.#newestSlot !== undefined && { newestSlot: this.#newestSlot }) };
  }

  /** Nobody knows whether it got there. */
  unanswered(): void {
    this.#isUntold = true;
  }
}
