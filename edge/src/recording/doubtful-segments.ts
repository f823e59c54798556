import type { RenditionId } from '@sluice/contracts';
import type { ClosedSegment } from '../window/closed-segment.ts';
import type { Recording } from './recording.ts';
import type { DoubtfulSpan } from './timeline-state.ts';

/** A segment that may have no object of its own. */
export interface DoubtfulSegment {
  readonly renditionId: RenditionId;
  readonly segment: ClosedSegment;
}

/**
 * All segments of those spans that should be in the bucket, always in the same order. Of a gap there is nothing, and what
 * is lent is looked at as its lender's.
 */
export function doubtfulSegments({ renditions }: Recording, spans: readonly DoubtfulSpan[]): DoubtfulSegment[] {
  const found: DoubtfulSegment[] = [];
  for (const { firstMsn, lastMsn } of spans) {
    for (let msn = firstMsn; msn <= lastMsn; msn += 1) {
      for (const [renditionId, { archive }] of renditions) {
        const segment = archive.segment(msn);
        if (segment === undefined || segment.lentBy !== undefined || segment.gapParts.length > 0) continue;
        found.push({ renditionId, segment });
      }
    }
  }
  return found;
}
