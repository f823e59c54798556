import type { RenditionId } from '@sluice/contracts';
import { type ClosedSegment, sumTicks } from '../window/closed-segment.ts';
import type { RenditionGrid } from '../window/rendition-grid.ts';
import type { SegmentArchive } from '../window/segment-archive.ts';
import { gridsOf } from './recorded-timeline.ts';
import type { Recording } from './recording.ts';
import type { DoubtfulSpan } from './timeline-state.ts';

/** A segment of which it is not sure whether it is in the bucket. */
export interface DoubtfulSegment {
  readonly renditionId: RenditionId;
  readonly segment: ClosedSegment;
  /**
   * It is in the timeline, but may have no object of its own. Otherwise it may have one, but the timeline has a gap there,
   * or has ended: who stored it died before that was told, or was told to an object that died before it wrote it down.
   */
  readonly isListed: boolean;
}

/**
 * All segments of those spans that may be in the bucket, always in the same order. What is lent is looked at as its
 * lender's.
 */
export function doubtfulSegments(
  { renditions, description }: Pick<Recording, 'renditions' | 'description'>,
  spans: readonly DoubtfulSpan[],
): DoubtfulSegment[] {
  const grids = gridsOf(description);
  const found: DoubtfulSegment[] = [];
  for (const { firstMsn, lastMsn } of spans) {
    for (let msn = firstMsn; msn <= lastMsn; msn += 1) {
      for (const [renditionId, { archive }] of renditions) {
        const grid = grids.get(renditionId);
        const listed = archive.segment(msn);
        const isListed = listed !== undefined && listed.lentBy === undefined && listed.gapParts.length === 0;
        const segment = isListed ? listed : grid && untoldSegment(archive, msn, grid);
        if (segment !== undefined) found.push({ renditionId, segment, isListed });
      }
    }
  }
  return found;
}

/**
 * The segment that would stand where a timeline has a gap up to its end, or has ended: whole, and made by the encoders that
 * began it. `undefined`: there is none that fits there.
 */
export function untoldSegment(archive: SegmentArchive, msn: number, grid: RenditionGrid): ClosedSegment | undefined {
  const partTicks = grid.partTicks(msn);
  const next = nextSegment(archive, msn, grid);
  const listed = archive.segment(msn);
  if (listed === undefined) return next;
  const isOnGrid = listed.partTicks.length === partTicks.length && listed.startTicks === grid.startTicks(msn);
  const [firstGap] = listed.gapParts;
  // Whoever goes on in the middle of a segment has made its end: what was stored before is of another one.
  const isCutOff = firstGap !== undefined && firstGap + listed.gapParts.length === partTicks.length;
  if (!isOnGrid || !isCutOff || listed.lentBy !== undefined) return undefined;
  const isBegun = firstGap > 0;
  const isTheirs = isBegun || (next !== undefined && isSameEncoding(listed, next));
  return isTheirs ? { ...listed, partTicks, gapParts: [] } : undefined;
}

/** What the encoders of the segment before would have made next. */
function nextSegment(archive: SegmentArchive, msn: number, grid: RenditionGrid): ClosedSegment | undefined {
  const isBehindEnd = archive.endMsn !== undefined && msn > archive.endMsn;
  const before = isBehindEnd ? nextSegment(archive, msn - 1, grid) : archive.segment(msn - 1);
  if (before === undefined || before.lentBy !== undefined) return undefined;
  const startTicks = grid.startTicks(msn);
  if (before.startTicks + sumTicks(before.partTicks) !== startTicks) return undefined;
  const { cutTicks, initVersion } = before;
  const partTicks = grid.partTicks(msn);
  return { msn, startTicks, cutTicks, initVersion, isDiscontinuity: false, partTicks, gapParts: [] };
}

function isSameEncoding(one: ClosedSegment, other: ClosedSegment): boolean {
  return (
    one.initVersion === other.initVersion &&
    one.cutTicks === other.cutTicks &&
    one.isDiscontinuity === other.isDiscontinuity
  );
}
