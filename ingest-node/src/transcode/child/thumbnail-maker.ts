import type { FrameRate } from '@sluice/contracts';
import type { Frame } from 'node-av/lib';
import { type BroadcastImage, isStorable } from '../../media/broadcast-image.ts';
import type { PictureSize } from '../ladder.ts';
import { spriteSize, thumbnailSize, tileSize } from '../thumbnail-sizes.ts';
import { ThumbnailSlots } from '../thumbnail-slots.ts';
import { JpegEncoder, JpegScaler } from './jpeg-encoder.ts';
import type { LadderPicture } from './picture.ts';
import { SpriteCanvas } from './sprite-canvas.ts';
import type { VideoLadder } from './video-ladder.ts';

export interface ThumbnailMakerOptions {
  readonly frameRate: FrameRate;
  /** The first frame that is shown. */
  readonly firstFrame: number;
  /** The ladder's top size, whose shape all pictures have. */
  readonly size: PictureSize;
  readonly ladder: Pick<VideoLadder, 'scaled'>;
  readonly listener: ThumbnailListener;
}

export interface ThumbnailListener {
  onImage(image: BroadcastImage): void;
  /** No more thumbnails are made; all else goes on. */
  onImageTrouble(why: string): void;
}

/** FFmpeg's scale, where 2 is the best. Measured in docs/adr/0035: 7 KB a thumbnail, 65 KB a sprite. */
const QUANTISER = { thumbnail: 3, sprite: 4 } as const;
/** One that fails may be a picture's own fault. */
const FAILURES_IN_A_ROW_MAX = 3;

/**
 * Makes thumbnails, and sprites of their tiles, out of what viewers see. It is the least of what a transcoder does: one
 * at a time, and none while the encoders are behind.
 */
export class ThumbnailMaker {
  readonly #options: ThumbnailMakerOptions;
  readonly #slots: ThumbnailSlots;
  readonly #size: PictureSize;
  readonly #scaler: JpegScaler;
  readonly #tileScaler: JpegScaler;
  readonly #canvas: SpriteCanvas;
  #encoder: JpegEncoder | undefined;
  /** Stands for slots that were missed. */
  #lastTile: Frame | undefined;
  /** The slot after that of the last tile. */
  #nextSlot: number | undefined;
  #making: Promise<void> | undefined;
  #failureCount = 0;

  constructor(options: ThumbnailMakerOptions) {
    const { size } = options;
    this.#options = options;
    this.#slots = new ThumbnailSlots(options);
    this.#size = thumbnailSize(size);
    this.#scaler = new JpegScaler(this.#size);
    const tile = tileSize(size);
    this.#tileScaler = new JpegScaler(tile);
    this.#canvas = new SpriteCanvas(tile);
  }

  /** A frame was just shown on the ladder. The picture stays the caller's. */
  shown(frame: number, picture: LadderPicture, isBehind: boolean): void {
    const slot = this.#slots.due(frame);
    if (slot === undefined || isBehind || this.#making !== undefined || this.#hasGivenUp) return;
    this.#slots.taken(slot);
    picture.hold();
    const scaled = this.#options.ladder.scaled(picture, this.#size.widthPx);
    this.#making = this.#guarded(() => this.#make(slot, scaled)).finally(() => {
      picture.release();
      this.#making = undefined;
    });
  }

  /** Resolves when nothing is being made. */
  async idle(): Promise<void> {
    await this.#making;
  }

  /** Makes the last sprite, and lets go of everything. Nothing may be shown any more. */
  async finish(): Promise<void> {
    await this.idle();
    if (!this.#canvas.isEmpty && !this.#hasGivenUp) await this.#guarded(() => this.#makeSprite());
    this.#lastTile?.free();
    this.#encoder?.close();
    this.#scaler.close();
    this.#tileScaler.close();
    this.#canvas.close();
  }

  get #hasGivenUp(): boolean {
    return this.#failureCount >= FAILURES_IN_A_ROW_MAX;
  }

  async #make(slot: number, source: Promise<Frame>): Promise<void> {
    const picture = await this.#scaler.scale(await source);
    try {
      this.#encoder ??= await JpegEncoder.open(this.#size, QUANTISER.thumbnail);
      this.#tell({ kind: 'thumbnail', slot, bytes: await this.#encoder.encode(picture) });
      await this.#addTile(slot, await this.#tileScaler.scale(picture));
    } finally {
      picture.free();
    }
  }

  /** Takes the tile over. */
  async #addTile(slot: number, tile: Frame): Promise<void> {
    for (let missed = this.#nextSlot ?? slot; missed < slot; missed += 1) await this.#draw(missed, this.#lastTile);
    this.#lastTile?.free();
    this.#lastTile = tile;
    this.#nextSlot = slot + 1;
    await this.#draw(slot, tile);
  }

  async #draw(slot: number, tile: Frame | undefined): Promise<void> {
    if (tile !== undefined) this.#canvas.add(slot, tile);
    if (this.#canvas.isFull) await this.#makeSprite();
  }

  async #makeSprite(): Promise<void> {
    const { sprite } = this.#canvas;
    const picture = this.#canvas.take();
    try {
      const { tileWidthPx: widthPx, tileHeightPx: heightPx, tileCount } = sprite;
      const encoder = await JpegEncoder.open(spriteSize({ widthPx, heightPx }, tileCount), QUANTISER.sprite);
      const bytes = await encoder.encode(picture);
      encoder.close();
      this.#tell({ kind: 'sprite', sprite, bytes });
    } finally {
      picture.free();
    }
  }

  #tell(image: BroadcastImage): void {
    if (isStorable(image)) this.#options.listener.onImage(image);
  }

  /** A broadcast without thumbnails is better than none. */
  async #guarded(make: () => Promise<void>): Promise<void> {
    try {
      await make();
      this.#failureCount = 0;
    } catch (error) {
      this.#failureCount += 1;
      if (!this.#hasGivenUp) return;
      this.#options.listener.onImageTrouble(error instanceof Error ? error.message : 'An error without a name.');
    }
  }
}
