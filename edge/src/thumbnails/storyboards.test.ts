import type { StoryboardSprite } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_STORYBOARDS, SPRITES_MAX, Storyboards, spritesOf, storyboardsWithin, withSprite } from './storyboards.ts';

function sprite(firstSlot: number, tileCount = 25): StoryboardSprite {
  return { firstSlot, tileCount, tileWidthPx: 160, tileHeightPx: 90 };
}

function storyboardsOf(sprites: readonly StoryboardSprite[]): Storyboards {
  return sprites.reduce(withSprite, NO_STORYBOARDS);
}

const anySprite = fc.record({
  firstSlot: fc.integer({ min: 0, max: 20 }).map((index) => index * 5),
  tileCount: fc.constantFrom(1, 5, 25),
  tileWidthPx: fc.constant(160),
  tileHeightPx: fc.constant(90),
});

describe('the sprites of a broadcast', () => {
  it('are kept as one run while they follow each other', () => {
    const day = Array.from({ length: 691 }, (_, index) => sprite(index * 25));
    const storyboards = storyboardsOf([...day, sprite(691 * 25, 5)]);
    expect(storyboards.runs).toEqual([
      { ...sprite(0), spriteCount: 691 },
      { ...sprite(691 * 25, 5), spriteCount: 1 },
    ]);
    expect([...spritesOf(storyboards)]).toEqual([...day, sprite(691 * 25, 5)]);
    expect(JSON.stringify(storyboards).length).toBeLessThan(250);
  });

  it('begin another run after a hole, and where tiles have another size', () => {
    const other = { ...sprite(75), tileHeightPx: 120 };
    expect(storyboardsOf([sprite(0), sprite(50), other]).runs.map(({ firstSlot }) => firstSlot)).toEqual([0, 50, 75]);
  });

  it('are the same in whatever order and how often they are told, and are read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(anySprite, { maxLength: 30 }), fc.nat(), (sprites, seed) => {
        const shuffled = sprites.toSorted(
          (a, b) => ((a.firstSlot * 31 + seed) % 17) - ((b.firstSlot * 31 + seed) % 17),
        );
        const storyboards = storyboardsOf([...shuffled, ...sprites]);
        expect(storyboards).toEqual(storyboardsOf(sprites));
        const names = ({ firstSlot, tileCount }: StoryboardSprite) => `${firstSlot}-${tileCount}`;
        expect(new Set([...spritesOf(storyboards)].map(names))).toEqual(new Set(sprites.map(names)));
        expect(Storyboards.parse(JSON.parse(JSON.stringify(storyboards)))).toEqual(storyboards);
      }),
    );
  });

  it('are the very same value when nothing is new', () => {
    const storyboards = storyboardsOf([sprite(0), sprite(25)]);
    expect(withSprite(storyboards, sprite(25))).toBe(storyboards);
    // The object of these slots cannot have been made twice.
    expect(withSprite(storyboards, { ...sprite(25), tileWidthPx: 80 })).toBe(storyboards);
  });

  it('of some slots are those that have any of them', () => {
    const storyboards = storyboardsOf([sprite(0), sprite(25), sprite(50), sprite(75, 5)]);
    expect(storyboardsWithin(storyboards, { firstSlot: 49, lastSlot: 50 })?.runs).toEqual([
      { ...sprite(25), spriteCount: 2 },
    ]);
    expect(storyboardsWithin(storyboards, { firstSlot: 79, lastSlot: 200 })?.runs).toEqual([
      { ...sprite(75, 5), spriteCount: 1 },
    ]);
    expect(storyboardsWithin(storyboards, { firstSlot: 80, lastSlot: 200 })).toBeUndefined();
    expect(storyboardsWithin(NO_STORYBOARDS, { firstSlot: 0, lastSlot: 0 })).toBeUndefined();
  });

  it('are two days of them at most: the oldest go', () => {
    const many = Array.from({ length: SPRITES_MAX + 3 }, (_, index) => sprite(index * 25));
    const storyboards = storyboardsOf(many);
    expect(storyboards.runs).toEqual([{ ...sprite(3 * 25), spriteCount: SPRITES_MAX }]);
    expect(withSprite(storyboards, sprite(0)).runs).toEqual(storyboards.runs);
  });
});
