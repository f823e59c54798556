import { THUMBNAIL_SLOT_MAX, THUMBNAIL_SLOT_MS } from '@sluice/contracts';

/** On either side of the moment that a picture is to be of: an encoder that has too much to do leaves thumbnails out. */
const NEIGHBOURS = 3;

/** A piece of a broadcast, in milliseconds since its start. */
export interface BroadcastSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Slots in a row, first and last. */
export interface SlotSpan {
  readonly firstSlot: number;
  readonly lastSlot: number;
}

/** The slots that a piece of a broadcast has any of. */
export function slotsOf({ fromMs, toMs }: BroadcastSpan): SlotSpan {
  const firstSlot = slotAt(fromMs);
  return { firstSlot, lastSlot: Math.max(firstSlot, slotAt(toMs - 1)) };
}

/**
 * Whose thumbnails may stand for a piece of a broadcast, the best first: those from the wanted moment on, then those before
 * it. A thumbnail is of the beginning of its slot. Pure.
 */
export function pictureSlots({ fromMs, toMs }: BroadcastSpan): number[] {
  const next = Math.min(THUMBNAIL_SLOT_MAX, Math.ceil(Math.max(0, fromMs) / THUMBNAIL_SLOT_MS));
  const near = Array.from({ length: NEIGHBOURS }, (_, index) => index);
  const within = near.map((index) => next + index).filter((slot) => slot * THUMBNAIL_SLOT_MS < toMs);
  const before = near.map((index) => next - 1 - index).filter((slot) => slot >= 0);
  return [...within, ...before];
}

function slotAt(ms: number): number {
  return Math.min(THUMBNAIL_SLOT_MAX, Math.max(0, Math.floor(ms / THUMBNAIL_SLOT_MS)));
}
