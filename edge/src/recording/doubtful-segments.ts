import type { RenditionId } from '@sluice/contracts';
import type { ClosedSegment } from '../window/closed-segment.ts';
import type { RenditionGrid } from '../window/rendition-grid.ts';
import type { SegmentArchive } from '../window/segment-archive.ts';
import { runEndTicks } from '../window/segment-run.ts';
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
 * All segments of those spans that may be in the bucket, always in the same order. Of a gap that had a part before it
 * there is nothing, and what is lent is looked at as its lender's.
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
        if (listed !== undefined && listed.lentBy === undefined && listed.gapParts.length === 0)
          found.push({ renditionId, segment: listed, isListed: true });
        const untold = grid && untoldSegment(archive, msn, grid);
        if (untold !== undefined) found.push({ renditionId, segment: untold, isListed: false });
      }
    }
  }
  return found;
}

/**
 * The segment that would stand where a timeline has nothing but a gap, or has ended: made by the same encoders as the one
 * before it. `undefined`: there is none that fits there.
 */
export function untoldSegment(archive: SegmentArchive, msn: number, grid: RenditionGrid): ClosedSegment | undefined {
  const startTicks = grid.startTicks(msn);
  const partTicks = grid.partTicks(msn);
  const before = archive.runs.findLast((run) => run.msn < msn);
  if (before === undefined || before.lentBy !== undefined || before.msn + before.count < msn) return undefined;
  const { cutTicks, initVersion } = before;
  const segment = { msn, startTicks, cutTicks, initVersion, isDiscontinuity: false, partTicks, gapParts: [] };
  const listed = archive.segment(msn);
  if (listed === undefined) return runEndTicks(before, grid) === startTicks ? segment : undefined;
  const isWhollyGap = listed.gapParts.length === partTicks.length && listed.startTicks === startTicks;
  const isTheirs = listed.initVersion === initVersion && listed.cutTicks === cutTicks && !listed.isDiscontinuity;
  return isWhollyGap && isTheirs && listed.lentBy === undefined ? segment : undefined;
}
