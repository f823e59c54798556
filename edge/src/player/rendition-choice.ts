import type { RenditionChoice } from './engine.ts';

/** An MPD's @bandwidth is that of the largest segments, half as much again as the average: little room is left besides. */
const USED_SHARE = 0.9;
/** What plays is kept for as long as the line carries its largest segments. */
const KEPT_SHARE = 1;
/** After a step down nothing is tried again for so long: a step up that fails is a stall. */
const UP_AFTER_MS = 8_000;

export interface ChoiceInput {
  /** Best first. */
  readonly renditions: readonly RenditionChoice[];
  readonly shownId: string | undefined;
  readonly lineBps: number;
  /** Of the picture on the page, in device pixels: more lines than that nobody sees. */
  readonly heightPx: number;
  readonly nowMs: number;
  /** When it last had to go down. */
  readonly wentDownAtMs: number;
}

/** The rendition that the line carries and the page can show; `undefined` without renditions. Pure. */
export function chooseRendition({ renditions, shownId, lineBps, heightPx, nowMs, wentDownAtMs }: ChoiceInput) {
  const shown = renditions.find(({ id }) => id === shownId);
  const seen = worthSeeing(renditions, heightPx);
  const best = seen.find(({ bitrateBps }) => bitrateBps <= lineBps * USED_SHARE) ?? seen.at(-1);
  if (shown === undefined || best === undefined) return best;
  if (best.bitrateBps < shown.bitrateBps) {
    const isTooMuch = shown.bitrateBps > lineBps * KEPT_SHARE || !seen.includes(shown);
    return isTooMuch ? best : shown;
  }
  return nowMs - wentDownAtMs >= UP_AFTER_MS ? best : shown;
}

/** Those up to the first that is as large as the page's picture. */
function worthSeeing(renditions: readonly RenditionChoice[], heightPx: number): readonly RenditionChoice[] {
  const firstTooLarge = renditions.findLastIndex((rendition) => rendition.heightPx >= heightPx);
  return firstTooLarge === -1 ? renditions : renditions.slice(firstTooLarge);
}

export interface BreakOffInput {
  /** Of the segment that comes; what is not whole counts as not there. */
  readonly partCount: number;
  readonly partsPerSegment: number;
  readonly presentBps: number;
  /** Of the rendition that is to take its place. */
  readonly smallerBps: number;
}

/** Whether the whole segment of the smaller rendition is less than what is still to come of the present one. Pure. */
export function isWorthBreakingOff({ partCount, partsPerSegment, presentBps, smallerBps }: BreakOffInput): boolean {
  return (partsPerSegment - partCount) * presentBps > partsPerSegment * smallerBps;
}
