import type { NextPart } from './lease.ts';
import { audioFramesBeforePart, type MediaGrid } from './media-grid.ts';
import type { Rendition } from './rendition.ts';

/** With which a broadcast begins. */
export const FIRST_PART: NextPart = { msn: 1, partIndex: 0 };

/** Where a part stands in its broadcast. */
export interface PartPlace extends NextPart {
  readonly isLastOfSegment: boolean;
}

/** The place of a part by its number, counted from the broadcast's start. */
export function partPlace({ partsPerSegment }: MediaGrid, partNumber: number): PartPlace {
  const partIndex = partNumber % partsPerSegment;
  return {
    msn: Math.floor(partNumber / partsPerSegment) + 1,
    partIndex,
    isLastOfSegment: partIndex === partsPerSegment - 1,
  };
}

/** The number of a part, by its place. */
export function partNumber({ partsPerSegment }: MediaGrid, { msn, partIndex }: NextPart): number {
  return (msn - 1) * partsPerSegment + partIndex;
}

/** Frames of a rendition before a part, counted from the broadcast's start. */
export function framesBeforePart({ kind }: Pick<Rendition, 'kind'>, grid: MediaGrid, number: number): number {
  return kind === 'audio' ? audioFramesBeforePart(grid, number) : number * grid.framesPerPart;
}
