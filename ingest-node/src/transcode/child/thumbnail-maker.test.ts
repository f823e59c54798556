import { describe, expect, it } from 'vitest';
import type { BroadcastImage } from '../../media/broadcast-image.ts';
import { BT709 } from '../colour-tags.ts';
import { decodeJpeg } from '../fixtures/decode-jpeg.ts';
import { LadderPicture, newFrame, Scaler } from './picture.ts';
import { ThumbnailMaker } from './thumbnail-maker.ts';

const SIZE = { widthPx: 640, heightPx: 360 };
const FRAMES_A_SLOT = 150;
/** A grey, in full range, of which there are more than tiles in a sprite. */
const GREY_STEP = 8;

/** A maker beside a ladder of one step, which shows grey pictures one after the other. */
class Greys {
  readonly images: BroadcastImage[] = [];
  readonly troubles: string[] = [];
  readonly #scaler = new Scaler(SIZE, BT709);
  readonly #maker: ThumbnailMaker;
  isBroken = false;

  constructor(firstFrame = 0) {
    this.#maker = new ThumbnailMaker({
      frameRate: { num: 30, den: 1 },
      firstFrame,
      size: SIZE,
      ladder: {
        scaled: (picture) => (this.isBroken ? Promise.reject(new Error('out of order')) : picture.step(0, [0])),
      },
      listener: { onImage: (image) => this.images.push(image), onImageTrouble: (why) => this.troubles.push(why) },
    });
  }

  /** Shows a picture in a frame, and waits until what is made of it is told. */
  async show(frame: number, { grey = greyOf(frame), isBehind = false } = {}): Promise<void> {
    const source = newFrame(SIZE);
    // Full range to video range.
    const planes = source.data ?? [];
    for (const [index, plane] of planes.entries()) plane.fill(index === 0 ? 16 + Math.round((grey * 219) / 255) : 128);
    const picture = new LadderPicture(source, { scalers: [this.#scaler], sizes: [SIZE], colour: BT709 });
    this.#maker.shown(frame, picture, isBehind);
    picture.release();
    await this.#maker.idle();
  }

  async finish(): Promise<void> {
    await this.#maker.finish();
    await this.#scaler.close();
  }

  get names(): string[] {
    return this.images.map((image) =>
      image.kind === 'thumbnail' ? `${image.slot}` : `${image.sprite.firstSlot}-${image.sprite.tileCount}`,
    );
  }

  /** Of a sprite: its size, and how light the middle of each tile is. */
  async sprite(name: string) {
    const image = this.images.find((each, index) => each.kind === 'sprite' && this.names[index] === name);
    if (image?.kind !== 'sprite') throw new Error(`there is no sprite ${name}`);
    const picture = await decodeJpeg(image.bytes);
    const { tileCount, tileWidthPx, tileHeightPx } = image.sprite;
    const greys = Array.from({ length: tileCount }, (_, index) => {
      const [luma = 0] = picture.colour(
        ((index % 5) + 0.5) * tileWidthPx,
        (Math.floor(index / 5) + 0.5) * tileHeightPx,
      );
      return Math.round(luma / GREY_STEP);
    });
    return { size: `${picture.widthPx}x${picture.heightPx}`, greys, picture };
  }
}

/** Grey steps of slots 0, 1, 2, … */
function greyOf(frame: number): number {
  return (Math.floor(frame / FRAMES_A_SLOT) % 31) * GREY_STEP;
}

describe('thumbnails and sprites', () => {
  it('are one of each slot, and a sprite of each 25, with every picture in its place', async () => {
    const greys = new Greys();
    for (let slot = 0; slot < 27; slot += 1) await greys.show(slot * FRAMES_A_SLOT);
    await greys.finish();
    const slots = Array.from({ length: 27 }, (_, slot) => `${slot}`);
    expect(greys.names).toEqual([...slots.slice(0, 25), '0-25', ...slots.slice(25), '25-2']);
    const thumbnail = await decodeJpeg(greys.images[10]?.bytes ?? new Uint8Array());
    expect(thumbnail).toMatchObject({ widthPx: 320, heightPx: 180 });
    expect(Math.abs((thumbnail.colour(160, 90)[0] ?? 0) - 80)).toBeLessThan(3);
    const [full, short] = [await greys.sprite('0-25'), await greys.sprite('25-2')];
    expect(full).toMatchObject({ size: '800x450', greys: Array.from({ length: 25 }, (_, slot) => slot) });
    expect(short).toMatchObject({ size: '320x90', greys: [25, 26] });
  });

  it('leave black what a shorter sprite has no tile for', async () => {
    const greys = new Greys();
    for (let slot = 0; slot < 6; slot += 1) await greys.show(slot * FRAMES_A_SLOT, { grey: 240 });
    await greys.finish();
    const { size, picture } = await greys.sprite('0-6');
    expect(size).toBe('800x180');
    expect(picture.colour(80, 135)[0]).toBeGreaterThan(230);
    for (const column of [1, 2, 3, 4]) expect(picture.colour(column * 160 + 80, 135)[0]).toBeLessThan(10);
  });

  it('begin, where a broadcast goes on, with its next whole slot, and name the sprite by it', async () => {
    const greys = new Greys(301);
    for (const frame of [301, 449, 450, 451, 600]) await greys.show(frame);
    await greys.finish();
    expect(greys.names).toEqual(['3', '4', '3-2']);
  });

  it('are not made while encoders are behind: a later frame of the slot does it, or the tile before stands in', async () => {
    const greys = new Greys();
    await greys.show(0);
    for (const frame of [150, 200]) await greys.show(frame, { isBehind: true });
    await greys.show(299);
    for (const frame of [300, 449, 450, 600]) await greys.show(frame, { isBehind: true });
    await greys.show(760);
    await greys.finish();
    expect(greys.names).toEqual(['0', '1', '5', '0-6']);
    expect((await greys.sprite('0-6')).greys).toEqual([0, 1, 1, 1, 1, 5]);
  });

  it('keep a sprite full across the slots that were missed', async () => {
    const greys = new Greys();
    await greys.show(23 * FRAMES_A_SLOT);
    for (let slot = 24; slot < 46; slot += 1) await greys.show(slot * FRAMES_A_SLOT, { isBehind: slot > 24 });
    await greys.show(50 * FRAMES_A_SLOT);
    await greys.finish();
    expect(greys.names).toEqual(['23', '24', '50', '23-25', '48-3']);
    expect((await greys.sprite('23-25')).greys).toEqual([23, ...Array.from({ length: 24 }, () => 24)]);
    expect((await greys.sprite('48-3')).greys).toEqual([24, 24, 19]);
  });

  it('are no reason for a broadcast to end: after three failures no more are made, and that is told once', async () => {
    const greys = new Greys();
    await greys.show(0);
    greys.isBroken = true;
    for (const slot of [1, 2, 3, 4]) await greys.show(slot * FRAMES_A_SLOT);
    greys.isBroken = false;
    await greys.show(5 * FRAMES_A_SLOT);
    await greys.finish();
    expect(greys.names).toEqual(['0']);
    expect(greys.troubles).toEqual(['out of order']);
  });
});
