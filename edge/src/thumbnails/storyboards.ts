import { StoryboardSprite } from '@sluice/contracts';
import { z } from 'zod';
import type { SlotSpan } from './picture-slots.ts';

/** Sprites of a broadcast: two days of 25 slots each. Beyond it the oldest are forgotten, and stay in the bucket. */
export const SPRITES_MAX = 1_400;

/** Sprites of the same form, each of the slots right after those of the one before. */
const SpriteRun = StoryboardSprite.extend({ spriteCount: z.int().min(1).max(SPRITES_MAX) });
type SpriteRun = z.infer<typeof SpriteRun>;

/**
 * All sprites of a broadcast, as they are kept: a few runs, since only who makes them changes their rhythm. What a
 * recording keeps of them is this value.
 */
export const Storyboards = z.object({ runs: z.array(SpriteRun).max(SPRITES_MAX).readonly() });
export type Storyboards = z.infer<typeof Storyboards>;

export const NO_STORYBOARDS: Storyboards = { runs: [] };

/** With one more sprite, in whatever order they come; the same value, where it is there already. */
export function withSprite(storyboards: Storyboards, sprite: StoryboardSprite): Storyboards {
  if (storyboards.runs.some((run) => isInRun(run, sprite))) return storyboards;
  const sprites = [...spritesOf(storyboards), sprite];
  return { runs: runsOf(sprites.sort(bySlots).slice(-SPRITES_MAX)) };
}

/** Those that have any of some slots; `undefined`: there is none. */
export function storyboardsWithin(
  storyboards: Storyboards,
  { firstSlot, lastSlot }: SlotSpan,
): Storyboards | undefined {
  const within = [...spritesOf(storyboards)].filter(
    (sprite) => sprite.firstSlot <= lastSlot && sprite.firstSlot + sprite.tileCount > firstSlot,
  );
  return within.length === 0 ? undefined : { runs: runsOf(within) };
}

/** One after the other, by their first slots. */
export function* spritesOf({ runs }: Storyboards): Generator<StoryboardSprite> {
  for (const { spriteCount, ...first } of runs) {
    for (let index = 0; index < spriteCount; index += 1) {
      yield { ...first, firstSlot: first.firstSlot + index * first.tileCount };
    }
  }
}

/** Its slots are a sprite's name: there is one object for them. */
function isInRun(run: SpriteRun, { firstSlot, tileCount }: StoryboardSprite): boolean {
  const index = (firstSlot - run.firstSlot) / run.tileCount;
  return tileCount === run.tileCount && Number.isInteger(index) && index >= 0 && index < run.spriteCount;
}

function bySlots(a: StoryboardSprite, b: StoryboardSprite): number {
  return a.firstSlot - b.firstSlot || b.tileCount - a.tileCount;
}

function runsOf(sprites: readonly StoryboardSprite[]): SpriteRun[] {
  const runs: SpriteRun[] = [];
  for (const sprite of sprites) {
    const last = runs.at(-1);
    if (last !== undefined && goesOn(last, sprite))
      runs[runs.length - 1] = { ...last, spriteCount: last.spriteCount + 1 };
    else runs.push({ ...sprite, spriteCount: 1 });
  }
  return runs;
}

function goesOn(run: SpriteRun, { firstSlot, tileCount, tileWidthPx, tileHeightPx }: StoryboardSprite): boolean {
  return (
    firstSlot === run.firstSlot + run.spriteCount * run.tileCount &&
    tileCount === run.tileCount &&
    tileWidthPx === run.tileWidthPx &&
    tileHeightPx === run.tileHeightPx
  );
}
