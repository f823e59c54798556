import { describe, expect, it } from 'vitest';
import { decodeJpeg, type JpegPicture } from '../fixtures/decode-jpeg.ts';
import { makeVideo } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';

const FRAMES_A_SLOT = 150;
const SMALL = { widthPx: 320, heightPx: 180 };
const TILE = { widthPx: 160, heightPx: 90 };

/** Plays so many pictures of one colour. */
async function play(stage: Stage, frameCount: number, firstNumber = 0): Promise<void> {
  const video = await makeVideo({ ...SMALL, frameCount, firstNumber, chroma: [90, 200] });
  await stage.give({ kind: 'metadata', ...SMALL, frameRate: 30 });
  await stage.give(video.config);
  await stage.play(video.packets);
}

/** What was told, as `{slot}` and `{first slot}-{tiles}`, and the number that each picture or tile carries. */
async function told(stage: Stage) {
  const names: string[] = [];
  const numbers: (number | undefined)[][] = [];
  const pictures: JpegPicture[] = [];
  for (const image of stage.images) {
    const picture = await decodeJpeg(image.bytes);
    pictures.push(picture);
    const isThumbnail = image.kind === 'thumbnail';
    names.push(isThumbnail ? `${image.slot}` : `${image.sprite.firstSlot}-${image.sprite.tileCount}`);
    const size = isThumbnail ? SMALL : TILE;
    const corners = Array.from({ length: isThumbnail ? 1 : image.sprite.tileCount }, (_, index) => ({
      leftPx: (index % 5) * size.widthPx,
      topPx: Math.floor(index / 5) * size.heightPx,
    }));
    numbers.push(corners.map((corner) => picture.number({ ...corner, ...size })));
  }
  return { names, numbers, pictures };
}

describe('the images of a broadcast', () => {
  it('show the first picture of each slot, in its colours', async () => {
    const stage = new Stage({ ladder: [180, 90].map((heightPx) => ({ heightPx, bitrateBps: 300_000 })) });
    await play(stage, 2 * FRAMES_A_SLOT + 5);
    await stage.stop();
    const { names, numbers, pictures } = await told(stage);
    expect(names).toEqual(['0', '1', '2', '0-3']);
    const shown = [0, 150, 300 % 256];
    expect(numbers).toEqual([...shown.map((number) => [number]), shown]);
    expect(pictures.at(-1)).toMatchObject({ widthPx: 480, heightPx: 90 });
    // Chroma (90, 200) of BT.709 in video range, as BT.601 has it in full range (H.273 §8.3), at a luma of 100 where no
    // colour is out of range.
    for (const [picture, x, y] of [
      [pictures[1], 160, 100],
      [pictures[3], 400, 70],
    ] as const) {
      const [, blue = 0, red = 0] = picture?.colour(x, y) ?? [];
      expect([Math.abs(blue - 76), Math.abs(red - 212)].every((off) => off < 4)).toBe(true);
    }
    expect([stage.imageTroubles, stage.ended?.reason]).toEqual([[], 'stopped']);
  });

  it('show the slate when viewers see it', async () => {
    const stage = new Stage();
    await play(stage, 60);
    await stage.tell({ kind: 'source-left' });
    await stage.waitMore(4_000_000);
    await stage.stop();
    const { names, pictures } = await told(stage);
    expect(names).toEqual(['0', '1', '0-2']);
    const red = (index: number, xPx: number) => pictures[index]?.colour(xPx, 40)[2] ?? 0;
    // The source is red, and the slate is blue.
    expect([red(0, 80) > 200, red(1, 80) < 130, red(2, 80) > 200, red(2, 240) < 130]).toEqual([true, true, true, true]);
  });

  it('are left out while no encoder gets on, and cost no frame of the ladder', async () => {
    const stage = new Stage();
    await play(stage, 60);
    const imageCount = stage.images.length;
    stage.starve(9_000_000, 100_000);
    expect(stage.images).toHaveLength(imageCount);
    await stage.waitMore(6_000_000);
    await stage.stop();
    const { names } = await told(stage);
    expect(names[0]).toBe('0');
    // Slot 1 went by meanwhile.
    expect(names).not.toContain('1');
    expect(names.at(-1)).toBe('0-4');
  });

  it('are of whole slots where another child goes on', async () => {
    const first = new Stage();
    await play(first, 60);
    const { description } = first.broadcast ?? {};
    if (description === undefined) throw new Error('no broadcast');
    const continues = { description, next: { v180: { msn: 2, partIndex: 0 }, a128: { msn: 2, partIndex: 0 } } };
    const second = new Stage({ continues }, first.nowUs);
    second.zero();
    await play(second, 200, 60);
    await second.stop();
    const { names } = await told(second);
    expect(names).toEqual(['1', '1-1']);
  });
});
