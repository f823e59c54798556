import { type StoryboardSprite, spriteFileName, THUMBNAIL_SLOT_MS, thumbnailFileName } from '@sluice/contracts';
import { type BroadcastSpan, slotsOf } from './picture-slots.ts';
import { tileFragment, timestamp } from './storyboard-vtt.ts';
import { type Storyboards, spritesOf } from './storyboards.ts';

export interface ClipStoryboard {
  readonly span: BroadcastSpan;
  /** That were there when it was cut. */
  readonly storyboards: Storyboards;
  /** Where images are, as seen from the file that lists them; with slashes at their ends. */
  readonly folders: { readonly sprites: string; readonly thumbnails: string };
}

/**
 * The pictures of a clip for a player's seek bar, as those of a broadcast are, but by the clip's own time. A clip that is
 * cut of what is live is there before the sprite of its time, so where none was known cues are whole thumbnails. Pure.
 */
export function clipStoryboardVtt({ span, storyboards, folders }: ClipStoryboard): string {
  const { firstSlot, lastSlot } = slotsOf(span);
  const sprites = spritesBySlot(storyboards);
  const blocks = ['WEBVTT\n'];
  for (let slot = firstSlot; slot <= lastSlot; slot += 1) {
    const sprite = sprites.get(slot);
    const image =
      sprite === undefined
        ? `${folders.thumbnails}${thumbnailFileName(slot)}`
        : `${folders.sprites}${spriteFileName(sprite)}${tileFragment(sprite, slot)}`;
    blocks.push(`${cueTimes(slot, span)}\n${image}\n`);
  }
  return blocks.join('\n');
}

/** Of a slot of two the earlier one counts. */
function spritesBySlot(storyboards: Storyboards): Map<number, StoryboardSprite> {
  const sprites = new Map<number, StoryboardSprite>();
  for (const sprite of spritesOf(storyboards)) {
    for (let index = 0; index < sprite.tileCount; index += 1) {
      const slot = sprite.firstSlot + index;
      if (!sprites.has(slot)) sprites.set(slot, sprite);
    }
  }
  return sprites;
}

function cueTimes(slot: number, { fromMs, toMs }: BroadcastSpan): string {
  const inClip = (ms: number) => Math.round(Math.min(toMs, Math.max(fromMs, ms)) - fromMs);
  return `${timestamp(inClip(slot * THUMBNAIL_SLOT_MS))} --> ${timestamp(inClip((slot + 1) * THUMBNAIL_SLOT_MS))}`;
}
