import {
  type BroadcastDescription,
  FIRST_PART,
  type MediaGrid,
  type NextParts,
  partNumber,
  partPlace,
} from '@sluice/contracts';
import { type ContinuedBroadcast, hasSameInits } from '../../media/encoded.ts';

/**
 * What was missed is made good for up to this long: the encoders run through it faster than time. More would keep
 * viewers waiting for a picture that stands still; it is left out.
 */
const CATCH_UP_US_MAX = 8_000_000;

export interface BeginPlacesOptions {
  readonly grid: MediaGrid;
  /** As the encoders that were just opened make it. */
  readonly made: BroadcastDescription;
  readonly continues: ContinuedBroadcast;
  /** Time since the broadcast's start. */
  readonly sinceStartUs: number;
}

/**
 * With which part each rendition of a broadcast goes on. Under the same init segments it is the part that is due;
 * under new ones, and where something is left out, all begin a segment together (rfc8216bis §4.4.4.5: EXT-X-MAP stands
 * before a segment). Pure.
 */
export function beginPlaces({ grid, made, continues, sinceStartUs }: BeginPlacesOptions): NextParts {
  const { partsPerSegment, listsParts } = grid;
  const dueOf = new Map(
    made.renditions.map(({ id }) => [id, partNumber(grid, continues.next[id] ?? FIRST_PART)] as const),
  );
  const isSeamless = hasSameInits(made, continues.description);
  const due = Math.max(...dueOf.values());
  // Players may load the part that is due before they know of the new init segment: it was hinted under the old one.
  const soonest = isSeamless
    ? Math.min(...dueOf.values())
    : upTo(listsParts && due > 0 ? due + 1 : due, partsPerSegment);
  const partUs = (grid.framesPerPart * grid.frameRate.den * 1e6) / grid.frameRate.num;
  const isTooLate = sinceStartUs - soonest * partUs > CATCH_UP_US_MAX;
  const begin = isTooLate ? upTo(sinceStartUs / partUs, partsPerSegment) : soonest;
  return Object.fromEntries(
    [...dueOf].map(([id, own]) => {
      const { msn, partIndex } = partPlace(grid, Math.max(begin, own));
      return [id, { msn, partIndex }];
    }),
  );
}

/** The first multiple of `step` that is not less. */
function upTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
