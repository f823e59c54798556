import {
  AAC_FRAME_SAMPLES,
  AUDIO_SAMPLE_RATE_HZ,
  type BroadcastDescription,
  FIRST_PART,
  framesBeforePart,
  type MediaGrid,
  type NextParts,
  partNumber,
} from '@sluice/contracts';
import { type ContinuedBroadcast, hasSameInits } from '../media/encoded.ts';

export interface BeginPartOptions {
  readonly grid: MediaGrid;
  readonly made: BroadcastDescription;
  readonly continues: ContinuedBroadcast;
  /** Of the first picture, since the broadcast's start, by wall time. */
  readonly sinceStartS: number;
}

/**
 * The part with which a broadcast goes on, which begins a segment: the one that is nearest to the wall time, and none
 * that anybody knows already. Pictures that come encoded cannot be made faster than time, so whatever is placed later
 * than it is stays late. Pure.
 */
export function beginPart({ grid, made, continues, sinceStartS }: BeginPartOptions): number {
  const { partsPerSegment, listsParts, framesPerSegment, frameRate } = grid;
  const due = duePart(grid, made, continues.next);
  const isSeamless = due % partsPerSegment === 0 && hasSameInits(made, continues.description);
  // Players may load the part that is due before they know of the new init segment: it was hinted under the old one.
  const soonest = Math.ceil((isSeamless || !listsParts || due === 0 ? due : due + 1) / partsPerSegment);
  const segmentS = (framesPerSegment * frameRate.den) / frameRate.num;
  return Math.max(soonest, Math.round(sinceStartS / segmentS)) * partsPerSegment;
}

function duePart(grid: MediaGrid, { renditions }: BroadcastDescription, next: NextParts): number {
  return Math.max(...renditions.map(({ id }) => partNumber(grid, next[id] ?? FIRST_PART)));
}

/** How much before the pictures of a part its sound begins: a part falls between two of its frames. */
export function soundLeadS(grid: MediaGrid, part: number): number {
  const { frameRate, framesPerPart } = grid;
  const pictureS = (part * framesPerPart * frameRate.den) / frameRate.num;
  const soundFrames = framesBeforePart({ kind: 'audio' }, grid, part);
  return pictureS - (soundFrames * AAC_FRAME_SAMPLES) / AUDIO_SAMPLE_RATE_HZ;
}
