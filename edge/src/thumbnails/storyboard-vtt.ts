import {
  SPRITE_COLUMNS,
  STORYBOARDS_FOLDER,
  type StoryboardSprite,
  spriteFileName,
  THUMBNAIL_SLOT_MS,
} from '@sluice/contracts';
import { type Storyboards, spritesOf } from './storyboards.ts';

/** Where the sprites are, as seen from the file that lists them. */
const FOLDER = `${STORYBOARDS_FOLDER}/`;

/**
 * The pictures of a broadcast for a player's seek bar: WebVTT whose cues are tiles of sprites (Media Fragments §4.2.2), by
 * the time since the broadcast's start. Where two sprites have the same slots, the earlier one counts.
 */
export function storyboardVtt(storyboards: Storyboards, folder = FOLDER): string {
  const blocks = ['WEBVTT\n'];
  let nextSlot = 0;
  for (const sprite of spritesOf(storyboards)) {
    const endSlot = sprite.firstSlot + sprite.tileCount;
    for (let slot = Math.max(nextSlot, sprite.firstSlot); slot < endSlot; slot += 1) {
      blocks.push(`${cueTimes(slot)}\n${folder}${spriteFileName(sprite)}${tileFragment(sprite, slot)}\n`);
    }
    nextSlot = Math.max(nextSlot, endSlot);
  }
  return blocks.join('\n');
}

function cueTimes(slot: number): string {
  return `${timestamp(slot * THUMBNAIL_SLOT_MS)} --> ${timestamp((slot + 1) * THUMBNAIL_SLOT_MS)}`;
}

/** Where in a sprite's image a slot's tile is. */
export function tileFragment(sprite: StoryboardSprite, slot: number): string {
  return `#xywh=${area(sprite, slot)}`;
}

/** WebVTT §4.1: hours may have more than two digits. */
export function timestamp(ms: number): string {
  const digits = (value: number, count: number) => String(value).padStart(count, '0');
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${digits(hours, 2)}:${digits(minutes, 2)}:${digits(Math.floor(ms / 1_000) % 60, 2)}.${digits(ms % 1_000, 3)}`;
}

function area({ firstSlot, tileWidthPx, tileHeightPx }: StoryboardSprite, slot: number): string {
  const index = slot - firstSlot;
  const leftPx = (index % SPRITE_COLUMNS) * tileWidthPx;
  const topPx = Math.floor(index / SPRITE_COLUMNS) * tileHeightPx;
  return `${leftPx},${topPx},${tileWidthPx},${tileHeightPx}`;
}
