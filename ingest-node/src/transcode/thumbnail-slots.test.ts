import { describe, expect, it } from 'vitest';
import { ThumbnailSlots } from './thumbnail-slots.ts';

const THIRTY = { num: 30, den: 1 };
const NTSC = { num: 30_000, den: 1_001 };

/** Which of so many frames are taken, and for which slots, where each that is due can be taken. */
function takenOf(slots: ThumbnailSlots, { from, to }: { readonly from: number; readonly to: number }) {
  const taken: [frame: number, slot: number][] = [];
  for (let frame = from; frame < to; frame += 1) {
    const slot = slots.due(frame);
    if (slot === undefined) continue;
    slots.taken(slot);
    taken.push([frame, slot]);
  }
  return taken;
}

describe('the frames that become thumbnails', () => {
  it('are the first of each five seconds of the broadcast', () => {
    const slots = new ThumbnailSlots({ frameRate: THIRTY, firstFrame: 0 });
    expect(takenOf(slots, { from: 0, to: 451 })).toEqual([
      [0, 0],
      [150, 1],
      [300, 2],
      [450, 3],
    ]);
  });

  it('are, where a slot begins between two frames, the one after it', () => {
    const slots = new ThumbnailSlots({ frameRate: NTSC, firstFrame: 0 });
    // 149 frames are 4.97 s, 150 are 5.005 s; after 1,001 slots the grid and the slots meet again.
    expect(takenOf(slots, { from: 0, to: 301 }).slice(0, 3)).toEqual([
      [0, 0],
      [150, 1],
      [300, 2],
    ]);
    expect(new ThumbnailSlots({ frameRate: NTSC, firstFrame: 0 }).due(150_000)).toBe(1_001);
    expect(new ThumbnailSlots({ frameRate: NTSC, firstFrame: 0 }).due(149_999)).toBe(1_000);
  });

  it('are, of a broadcast that goes on, of whole slots only: the one before has its thumbnail from somebody else', () => {
    const midway = new ThumbnailSlots({ frameRate: THIRTY, firstFrame: 151 });
    expect(takenOf(midway, { from: 151, to: 320 })).toEqual([[300, 2]]);
    const exact = new ThumbnailSlots({ frameRate: THIRTY, firstFrame: 150 });
    expect(takenOf(exact, { from: 150, to: 320 })).toEqual([
      [150, 1],
      [300, 2],
    ]);
  });

  it('are later ones of a slot where the first could not be taken, and none of a slot that is over', () => {
    const slots = new ThumbnailSlots({ frameRate: THIRTY, firstFrame: 0 });
    expect([slots.due(0), slots.due(1), slots.due(149)]).toEqual([0, 0, 0]);
    expect(slots.due(150)).toBe(1);
    slots.taken(1);
    expect([slots.due(151), slots.due(299), slots.due(300)]).toEqual([undefined, undefined, 2]);
  });

  it('are none after a hundred days', () => {
    const slots = new ThumbnailSlots({ frameRate: THIRTY, firstFrame: 0 });
    expect([slots.due(1_728_000 * 150), slots.due(1_728_001 * 150)]).toEqual([1_728_000, undefined]);
  });
});
